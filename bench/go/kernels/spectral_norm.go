// Float division in nested loops: the spectral norm of a 1500 by 1500 matrix given by a formula.
package main

import (
	"fmt"
	"math"
)

func element(i, j int) float64 {
	return 1.0 / float64((i+j)*(i+j+1)/2+i+1)
}

func multiply(v, out []float64) {
	n := len(v)
	for i := 0; i < n; i++ {
		sum := 0.0
		for j := 0; j < n; j++ {
			sum += element(i, j) * v[j]
		}
		out[i] = sum
	}
}

func multiplyTransposed(v, out []float64) {
	n := len(v)
	for i := 0; i < n; i++ {
		sum := 0.0
		for j := 0; j < n; j++ {
			sum += element(j, i) * v[j]
		}
		out[i] = sum
	}
}

func filled(n int, value float64) []float64 {
	a := []float64{}
	for i := 0; i < n; i++ {
		a = append(a, value)
	}
	return a
}

func main() {
	n := 1500
	u := filled(n, 1.0)
	v := filled(n, 0.0)
	t := filled(n, 0.0)
	for round := 0; round < 30; round++ {
		multiply(u, t)
		multiplyTransposed(t, v)
		multiply(v, t)
		multiplyTransposed(t, u)
	}
	uv, vv := 0.0, 0.0
	for i := 0; i < n; i++ {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	fmt.Printf("%.15g\n", math.Sqrt(uv/vv))
}
