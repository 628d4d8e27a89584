package duty

import (
	"strings"
	"unicode"
)

// Folded is a person's name without the blanks that only pad it: sheets write
// 张　三 to make it as long as 欧阳明, and mean 张三. Between Chinese characters a
// blank goes where one side is a single character, which is nobody's whole name;
// every other one becomes a plain space: 张三 李四 stay two names, and Anna Li is
// Anna Li. What is folded stays as it is.
func Folded(name string) string {
	var out []string
	for _, part := range strings.Fields(name) {
		if n := len(out); n > 0 && pads([]rune(out[n-1]), []rune(part)) {
			out[n-1] += part
			continue
		}
		out = append(out, part)
	}
	return strings.Join(out, " ")
}

// pads reports whether a blank between two parts only pads a name.
func pads(a, b []rune) bool {
	left, right := 0, 0
	for left < len(a) && unicode.Is(unicode.Han, a[len(a)-1-left]) {
		left++
	}
	for right < len(b) && unicode.Is(unicode.Han, b[right]) {
		right++
	}
	return min(left, right) == 1
}
