# A tree of fibers, ten children each, with a million leaves; each gives its parent a sum.
def skynet(num : Int64, size : Int64, result : Channel(Int64))
  if size == 1
    result.send(num)
    return
  end
  parts = Channel(Int64).new(10)
  10.times do |i|
    child = num + i * (size // 10)
    spawn skynet(child, size // 10, parts)
  end
  sum = 0_i64
  10.times { sum += parts.receive }
  result.send(sum)
end

result = Channel(Int64).new(1)
spawn skynet(0_i64, 1_000_000_i64, result)
puts result.receive
