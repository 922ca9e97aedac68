// Small arrays of int: the most flips of a pancake stack, over all orders of 10 pancakes.
package main

import "fmt"

func filled(n int) []int {
	a := []int{}
	for i := 0; i < n; i++ {
		a = append(a, i)
	}
	return a
}

func flips(order, work []int, n int) int {
	for i := 0; i < n; i++ {
		work[i] = order[i]
	}
	count := 0
	for work[0] != 0 {
		low, high := 0, work[0]
		for low < high {
			t := work[low]
			work[low] = work[high]
			work[high] = t
			low += 1
			high -= 1
		}
		count += 1
	}
	return count
}

func fannkuch(n int) int {
	order, work, counts := filled(n), filled(n), filled(n)
	most, checksum, sign, r := 0, 0, 1, n
	for {
		for r != 1 {
			counts[r-1] = r
			r -= 1
		}
		count := flips(order, work, n)
		if count > most {
			most = count
		}
		checksum += sign * count
		sign = -sign
		more := true
		for more {
			if r == n {
				fmt.Println(checksum)
				return most
			}
			first := order[0]
			for i := 0; i < r; i++ {
				order[i] = order[i+1]
			}
			order[r] = first
			counts[r] -= 1
			if counts[r] > 0 {
				more = false
			} else {
				r += 1
			}
		}
	}
}

func main() {
	fmt.Println(fannkuch(10))
}
