// Trait calls: four kinds of shapes in one array, 10000 shapes for 8000 rounds.
package main

import "fmt"

type shape interface {
	area() int
	grow(by int)
}

type square struct{ side int }
type oblong struct{ width, height int }
type triangle struct{ base, height int }
type point struct{ x int }

func (s *square) area() int     { return s.side * s.side }
func (s *square) grow(by int)   { s.side = (s.side + by) & 1023 }
func (s *oblong) area() int     { return s.width * s.height }
func (s *oblong) grow(by int)   { s.width = (s.width + by) & 1023 }
func (s *triangle) area() int   { return s.base * s.height / 2 }
func (s *triangle) grow(by int) { s.height = (s.height + by) & 1023 }
func (s *point) area() int      { return 0 }
func (s *point) grow(by int)    { s.x += by }

func main() {
	shapes := []shape{}
	seed := 3
	for i := 0; i < 10000; i++ {
		seed = (seed*1309 + 13849) & 65535
		kind := (seed / 16) % 4
		if kind == 0 {
			shapes = append(shapes, &square{i & 255})
		} else if kind == 1 {
			shapes = append(shapes, &oblong{i & 127, 9})
		} else if kind == 2 {
			shapes = append(shapes, &triangle{i & 63, 8})
		} else {
			shapes = append(shapes, &point{i})
		}
	}
	total := 0
	for round := 0; round < 8000; round++ {
		for _, s := range shapes {
			total += s.area()
			s.grow(1)
		}
	}
	fmt.Println(total)
}
