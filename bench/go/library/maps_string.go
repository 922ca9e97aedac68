// Maps with string keys: the words of a generated text counted, and 100000 names looked up.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

func text(words int) string {
	parts := []string{"al", "be", "cor", "du", "en", "fi", "gal", "ho", "il", "jun"}
	out := []byte{}
	seed := 42
	for i := 0; i < words; i++ {
		seed = (seed*1103515245 + 12345) & 2147483647
		word := parts[(seed/7)%10] + parts[(seed/77)%10] + parts[(seed/777)%10]
		for _, b := range []byte(word) {
			out = append(out, b)
		}
		out = append(out, 32)
	}
	return string(out)
}

func contains(m map[string]int, key string) bool {
	_, found := m[key]
	return found
}

func countWords(t string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Split(t, " ") {
		if contains(counts, word) {
			counts[word] = counts[word] + 1
		} else {
			counts[word] = 1
		}
	}
	return counts
}

func main() {
	t := text(600000)
	counts := countWords(t)
	fmt.Println(len(counts))
	total := 0
	for _, n := range counts {
		total += n * n
	}
	fmt.Println(total)
	ages := map[string]int{}
	for i := 0; i < 100000; i++ {
		ages["name"+strconv.Itoa(i)] = i
	}
	found := 0
	for i := 0; i < 400000; i++ {
		name := "name" + strconv.Itoa(i/2)
		if contains(ages, name) {
			found += ages[name]
		}
	}
	fmt.Println(len(ages))
	fmt.Println(found)
}
