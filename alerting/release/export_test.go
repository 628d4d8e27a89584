package release

// CheckLength is tested alone: with names of at most their length no present
// text is too long.
var CheckLength = checkLength
