// Nested arrays: the product of two 600 by 600 matrices, row by row.
package main

import "fmt"

func matrix(n int, seed float64) [][]float64 {
	m := [][]float64{}
	for i := 0; i < n; i++ {
		row := []float64{}
		for j := 0; j < n; j++ {
			row = append(row, seed*(float64(i)-float64(j))*(float64(i)+float64(j)))
		}
		m = append(m, row)
	}
	return m
}

func multiply(a, b, c [][]float64, n int) {
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			x := a[i][k]
			for j := 0; j < n; j++ {
				c[i][j] += x * b[k][j]
			}
		}
	}
}

func main() {
	n := 600
	a := matrix(n, 1.0/600.0)
	b := matrix(n, 1.0/1200.0)
	c := matrix(n, 0.0)
	multiply(a, b, c, n)
	multiply(b, c, a, n)
	multiply(c, a, b, n)
	fmt.Printf("%.15g\n", b[n/2][n/3])
}
