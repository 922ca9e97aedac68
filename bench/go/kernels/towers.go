// Recursion and linked objects: the towers of Hanoi with 26 disks.
package main

import "fmt"

type disk struct {
	size  int
	below *disk
}

type towers struct {
	piles []*disk
	moves int
}

func push(t *towers, d *disk, pile int) bool {
	top := t.piles[pile]
	if top != nil {
		if d.size >= top.size {
			return false
		}
	}
	d.below = top
	t.piles[pile] = d
	return true
}

func moveTop(t *towers, from, to int) bool {
	top := t.piles[from]
	if top == nil {
		return false
	}
	t.piles[from] = top.below
	t.moves += 1
	return push(t, top, to)
}

func moveAll(t *towers, count, from, to int) bool {
	if count == 1 {
		return moveTop(t, from, to)
	}
	other := 3 - from - to
	return moveAll(t, count-1, from, other) && moveTop(t, from, to) &&
		moveAll(t, count-1, other, to)
}

func main() {
	disks := 26
	t := &towers{piles: make([]*disk, 3)}
	for i := 0; i < disks; i++ {
		push(t, &disk{size: disks - i}, 0)
	}
	fmt.Println(moveAll(t, disks, 0, 2))
	fmt.Println(t.moves)
}
