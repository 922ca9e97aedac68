// Methods on objects: 1000 balls in a box for 80000 steps.
package main

import "fmt"

type random struct {
	seed int
}

func (r *random) next() int {
	r.seed = (r.seed*1309 + 13849) & 65535
	return r.seed
}

type ball struct {
	x, y, vx, vy int
}

func abs(a int) int {
	if a < 0 {
		return -a
	}
	return a
}

func (b *ball) bounce() bool {
	bounced := false
	b.x += b.vx
	b.y += b.vy
	if b.x > 500 {
		b.x = 500
		b.vx = -abs(b.vx)
		bounced = true
	}
	if b.x < 0 {
		b.x = 0
		b.vx = abs(b.vx)
		bounced = true
	}
	if b.y > 500 {
		b.y = 500
		b.vy = -abs(b.vy)
		bounced = true
	}
	if b.y < 0 {
		b.y = 0
		b.vy = abs(b.vy)
		bounced = true
	}
	return bounced
}

func main() {
	r := &random{seed: 74755}
	balls := []*ball{}
	for i := 0; i < 1000; i++ {
		b := &ball{}
		b.x = r.next() % 500
		b.y = r.next() % 500
		b.vx = r.next()%300 - 150
		b.vy = r.next()%300 - 150
		balls = append(balls, b)
	}
	bounces := 0
	for step := 0; step < 80000; step++ {
		for _, b := range balls {
			if b.bounce() {
				bounces += 1
			}
		}
	}
	fmt.Println(bounces)
}
