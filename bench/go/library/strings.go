// Strings: lines built from pieces, then searched, split, replaced and compared.
package main

import (
	"fmt"
	"strconv"
	"strings"
)

func line(i int) string {
	return strconv.Itoa(i) + ";user" + strconv.Itoa(i%97) + ";" + strconv.Itoa(i*7%1000) + "." +
		strconv.Itoa(i%100) + ";" + strings.Repeat("x", i%40) + ";end"
}

func document(lines int) string {
	out := []byte{}
	for i := 0; i < lines; i++ {
		for _, b := range []byte(line(i)) {
			out = append(out, b)
		}
		out = append(out, 10)
	}
	return string(out)
}

func joined(n int) int {
	s := ""
	for i := 0; i < n; i++ {
		s += "ab"
	}
	return len(s)
}

func main() {
	text := document(200000)
	fmt.Println(len(text))
	fmt.Println(strings.Count(text, "user42;"))
	fmt.Println(strings.Index(text, "199999;"))
	fmt.Println(len(strings.ReplaceAll(text, ";end", "|")))
	fields, users, sum := 0, 0, 0
	for _, row := range strings.Split(text, "\n") {
		parts := strings.Split(row, ";")
		fields += len(parts)
		if len(parts) > 2 {
			if parts[1] == "user7" {
				users += 1
			}
			if strings.HasPrefix(parts[1], "user9") {
				users += 1
			}
			number, err := strconv.Atoi(parts[0])
			if err == nil {
				sum += number
			}
			upper := strings.ToUpper(strings.TrimSpace(parts[2]))
			if len(upper) > 3 {
				upper = upper[:3]
			}
			sum += len(upper)
		}
	}
	fmt.Println(fields)
	fmt.Println(users)
	fmt.Println(sum)
	fmt.Println(joined(20000))
	letters := 0
	for i := 0; i < len(text); i++ {
		if text[i] == 120 {
			letters += 1
		}
	}
	fmt.Println(letters)
}
