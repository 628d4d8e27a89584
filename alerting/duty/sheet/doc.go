// Package sheet reads and writes a duty roster as schools keep it: one row a
// person and shift, as CSV (UTF-8 with or without a mark, UTF-16 with one,
// GB18030) or .xlsx.
//
// An import is whole or nothing: every row that is wrong is reported with its
// row, column and reason, and then no entry is given back at all. What is
// written can do no harm where it is opened: a cell that a program would take
// for a formula is marked as text, and reading takes the mark off.
//
// The package starts no goroutine, reads no clock, and does no I/O but with the
// readers and writers that it is given. Files are bounded before they are
// unpacked.
package sheet
