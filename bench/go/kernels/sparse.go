// Indirect indices: a sparse matrix of 10000 rows, 50 values each, times a vector, 1500 times.
package main

import "fmt"

func multiply(y, values []float64, starts, columns []int, x []float64) {
	for row := 0; row < len(y); row++ {
		sum := 0.0
		end := starts[row+1]
		for i := starts[row]; i < end; i++ {
			sum += values[i] * x[columns[i]]
		}
		y[row] = sum
	}
}

func main() {
	rows := 10000
	each := 50
	values := []float64{}
	columns := []int{}
	starts := []int{}
	x := []float64{}
	y := []float64{}
	seed := 5
	for row := 0; row < rows; row++ {
		starts = append(starts, row*each)
		for i := 0; i < each; i++ {
			seed = (seed*1309 + 13849) & 65535
			values = append(values, float64(seed)/65536.0)
			columns = append(columns, (row+seed*i)%rows)
		}
		x = append(x, 1.0/float64(row+1))
		y = append(y, 0.0)
	}
	starts = append(starts, rows*each)
	for round := 0; round < 1500; round++ {
		multiply(y, values, starts, columns, x)
		x[round%rows] += y[round] * 0.001
	}
	total := 0.0
	for _, value := range y {
		total += value
	}
	fmt.Printf("%.15g\n", total)
}
