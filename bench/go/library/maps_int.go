// Maps with int keys: 500000 keys inserted, counted, looked up and removed, three times.
package main

import "fmt"

func fill(m map[int]int, n int) {
	key := 1
	for i := 0; i < n; i++ {
		key = (key*1103515245 + 12345) & 2147483647
		m[key] = i
	}
}

func contains(m map[int]int, key int) bool {
	_, found := m[key]
	return found
}

func lookups(m map[int]int, n int) int {
	key := 1
	sum := 0
	for i := 0; i < n; i++ {
		key = (key*1103515245 + 12345) & 2147483647
		if contains(m, key) {
			sum += m[key]
		}
		if contains(m, key+1) {
			sum += 1
		}
	}
	return sum
}

func count(n int) int {
	counts := map[int]int{}
	for i := 0; i < n; i++ {
		k := (i * i) % 1009
		if contains(counts, k) {
			counts[k] = counts[k] + 1
		} else {
			counts[k] = 1
		}
	}
	most := 0
	for _, c := range counts {
		if c > most {
			most = c
		}
	}
	return most*10000 + len(counts)
}

func main() {
	n := 500000
	for round := 0; round < 3; round++ {
		m := map[int]int{}
		fill(m, n)
		fmt.Println(len(m))
		fmt.Println(lookups(m, n))
		keys := []int{}
		for key := range m {
			keys = append(keys, key)
		}
		sum := 0
		for _, key := range keys {
			if key%3 == 0 {
				delete(m, key)
			} else {
				sum += key
			}
		}
		fmt.Println(len(m))
		fmt.Println(sum)
		fmt.Println(count(2 * n))
	}
}
