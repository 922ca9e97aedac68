// A recursive parser: a generated text of nested lists and records, read into a tree of values.
package main

import "fmt"

type json interface{}

type null struct{}
type boolean struct{ value bool }
type number struct{ value int }
type text struct{ value string }
type list struct{ items []json }
type record struct{ fields map[string]json }

type parser struct {
	text string
	pos  int
}

func (p *parser) peek() int {
	if p.pos < len(p.text) {
		return int(p.text[p.pos])
	}
	return -1
}

func (p *parser) skipBlanks() {
	for p.peek() == 32 || p.peek() == 10 {
		p.pos += 1
	}
}

func (p *parser) take(what int) bool {
	p.skipBlanks()
	if p.peek() != what {
		return false
	}
	p.pos += 1
	return true
}

func (p *parser) number() int {
	negative := p.take(45)
	n := 0
	for p.peek() >= 48 && p.peek() <= 57 {
		n = n*10 + p.peek() - 48
		p.pos += 1
	}
	if negative {
		return -n
	}
	return n
}

func (p *parser) quoted() string {
	p.take(34)
	start := p.pos
	for p.peek() != 34 {
		p.pos += 1
	}
	p.pos += 1
	return p.text[start : p.pos-1]
}

func (p *parser) list() json {
	items := []json{}
	for !p.take(93) {
		items = append(items, p.value())
		p.take(44)
	}
	return &list{items}
}

func (p *parser) record() json {
	fields := map[string]json{}
	for !p.take(125) {
		p.skipBlanks()
		name := p.quoted()
		p.take(58)
		fields[name] = p.value()
		p.take(44)
	}
	return &record{fields}
}

func (p *parser) value() json {
	if p.take(91) {
		return p.list()
	}
	if p.take(123) {
		return p.record()
	}
	c := p.peek()
	if c == 34 {
		return &text{p.quoted()}
	}
	if c == 116 {
		p.pos += 4
		return &boolean{true}
	}
	if c == 102 {
		p.pos += 5
		return &boolean{false}
	}
	if c == 110 {
		p.pos += 4
		return null{}
	}
	return &number{p.number()}
}

func document(records int) string {
	out := []byte{}
	out = append(out, "["...)
	for i := 0; i < records; i++ {
		if i > 0 {
			out = append(out, ",\n"...)
		}
		out = append(out, fmt.Sprintf("{\"id\": %d, \"name\": \"item %d\", \"price\": %d, ",
			i, i*31%1000, i*17-4000)...)
		out = append(out, fmt.Sprintf("\"tags\": [\"red\", \"blue\", %d, null], "+
			"\"deep\": {\"list\": [[%d, 1], ", i%7, i)...)
		out = append(out, "[2, 3, 4], []], \"yes\": true, \"no\": false}}"...)
	}
	out = append(out, "]"...)
	return string(out)
}

func checksum(j json) int {
	switch j := j.(type) {
	case null:
		return 1
	case *boolean:
		if j.value {
			return 2
		}
		return 3
	case *number:
		return j.value
	case *text:
		return len(j.value)
	case *list:
		sum := len(j.items)
		for _, item := range j.items {
			sum += checksum(item)
		}
		return sum
	case *record:
		sum := 0
		for name, field := range j.fields {
			sum += len(name) * checksum(field)
		}
		return sum
	}
	return 0
}

func main() {
	text := document(20000)
	fmt.Println(len(text))
	for round := 0; round < 6; round++ {
		p := &parser{text: text}
		fmt.Println(checksum(p.value()))
	}
}
