// Strided access: a complex Fourier transform of 65536 points, there and back, 20 times.
package main

import (
	"fmt"
	"math"
)

func reorder(re, im []float64) {
	n := len(re)
	j := 0
	for i := 0; i < n-1; i++ {
		if i < j {
			x := re[i]
			y := im[i]
			re[i] = re[j]
			im[i] = im[j]
			re[j] = x
			im[j] = y
		}
		k := n / 2
		for k <= j {
			j -= k
			k = k / 2
		}
		j += k
	}
}

func transform(re, im []float64, direction float64) {
	n := len(re)
	pi := 3.141592653589793
	reorder(re, im)
	half := 1
	for half < n {
		theta := direction * pi / float64(half)
		s := math.Sin(theta)
		s2 := 2.0 * math.Sin(theta/2.0) * math.Sin(theta/2.0)
		wr, wi := 1.0, 0.0
		for a := 0; a < half; a++ {
			for b := a; b < n; b += 2 * half {
				c := b + half
				tr := wr*re[c] - wi*im[c]
				ti := wr*im[c] + wi*re[c]
				re[c] = re[b] - tr
				im[c] = im[b] - ti
				re[b] += tr
				im[b] += ti
			}
			t := wr - s*wi - s2*wr
			wi = wi + s*wr - s2*wi
			wr = t
		}
		half *= 2
	}
}

func main() {
	n := 65536
	re := []float64{}
	im := []float64{}
	seed := 11
	for i := 0; i < n; i++ {
		seed = (seed*1309 + 13849) & 65535
		re = append(re, float64(seed)/65536.0)
		im = append(im, 0.0)
	}
	first := re[1]
	for round := 0; round < 20; round++ {
		transform(re, im, 1.0)
		transform(re, im, -1.0)
		scale := 1.0 / float64(n)
		for i := 0; i < n; i++ {
			re[i] *= scale
			im[i] *= scale
		}
	}
	fmt.Println(math.Round((first-re[1])*1000000.0) == 0.0)
	fmt.Printf("%.15g\n", math.Floor(re[n/3]*1000000.0))
}
