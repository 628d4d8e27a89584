// Package password keeps people's passwords as argon2id and checks them.
//
// Hashes are in PHC form, $argon2id$v=19$m=…,t=…,p=…$salt$hash, so that the
// cost can rise without touching what is stored. The package starts no
// goroutine, and never says whether it was the name or the password that was
// wrong: an unknown account costs as much as a known one.
package password
