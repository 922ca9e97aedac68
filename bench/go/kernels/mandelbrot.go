// Float math in registers: which of 1500 by 1500 points stay in the Mandelbrot set for 200 steps.
package main

import "fmt"

func steps(cx, cy float64, limit int) int {
	x, y := 0.0, 0.0
	n := 0
	for n < limit && x*x+y*y <= 4.0 {
		t := x*x - y*y + cx
		y = 2.0*x*y + cy
		x = t
		n += 1
	}
	return n
}

func main() {
	size := 1500
	limit := 200
	inside := 0
	for py := 0; py < size; py++ {
		for px := 0; px < size; px++ {
			cx := 3.0*float64(px)/float64(size) - 2.0
			cy := 2.0*float64(py)/float64(size) - 1.0
			if steps(cx, cy, limit) == limit {
				inside += 1
			}
		}
	}
	fmt.Println(inside)
}
