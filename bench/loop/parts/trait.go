// @T@: several types behind one interface.

type @T@ interface {
	name() string
	weigh(n int) int
	twice(n int) int
}
@each c 3 5@

type @T@@C1i@@i@ struct {
	base   int
	factor int
}

func (x *@T@@C1i@@i@) name() string    { return "@w1i@" }
func (x *@T@@C1i@@i@) weigh(n int) int { return (x.base @op1i@ n*x.factor) % @n1i@0 }
func (x *@T@@C1i@@i@) twice(n int) int { return x.weigh(n)*2 + @n2i@ }
@end@

type @T@Plain struct{}

func (x *@T@Plain) name() string    { return "plain" }
func (x *@T@Plain) weigh(n int) int { return n % @n3@ }
func (x *@T@Plain) twice(n int) int { return x.weigh(n) + x.weigh(n+1) }

func all@T@(seed int) []@T@ {
	var all []@T@
	all = append(all, &@T@Plain{})
@each c 3 5@
	all = append(all, &@T@@C1i@@i@{base: seed % @n4i@, factor: @n5i@})
@end@
	return all
}

func run@T@(seed int) int {
	sum := 0
	for _, one := range all@T@(seed) {
		for n := 0; n < @n6@; n++ {
			sum += one.twice(seed%1000 + n)
		}
		sum += len(one.name())
	}
	return sum % 1000003
}
