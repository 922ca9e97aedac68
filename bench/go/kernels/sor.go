// Stencils: successive over-relaxation of a 250 by 250 grid, 1500 rounds.
package main

import "fmt"

func grid(n int) [][]float64 {
	g := [][]float64{}
	seed := 42
	for i := 0; i < n; i++ {
		row := []float64{}
		for j := 0; j < n; j++ {
			seed = (seed*1309 + 13849) & 65535
			row = append(row, float64(seed)/65536.0)
		}
		g = append(g, row)
	}
	return g
}

func relax(g [][]float64, omega float64, rounds int) {
	n := len(g)
	quarter := omega * 0.25
	keep := 1.0 - omega
	for round := 0; round < rounds; round++ {
		for i := 1; i < n-1; i++ {
			row := g[i]
			above := g[i-1]
			below := g[i+1]
			for j := 1; j < n-1; j++ {
				row[j] = quarter*(above[j]+below[j]+row[j-1]+row[j+1]) + keep*row[j]
			}
		}
	}
}

func main() {
	n := 250
	g := grid(n)
	relax(g, 1.25, 1500)
	fmt.Printf("%.15g\n", g[n/2][n/3])
}
