# Four million values from one producer to one consumer through a buffer of 100.
values = Channel(Int64).new(100)
spawn do
  4_000_000_i64.times { |i| values.send(i) }
  values.close
end
total = 0_i64
while v = values.receive?
  total += v
end
puts total
