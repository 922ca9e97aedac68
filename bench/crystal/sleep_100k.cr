# A hundred thousand fibers that sleep at the same time, for 100 ms each.
def rest(n : Int64, result : Channel(Int64))
  sleep 0.1
  result.send(n % 10)
end

total = 0_i64
results = [] of Channel(Int64)
100_000.times do |i|
  result = Channel(Int64).new(1)
  results << result
  spawn rest(i.to_i64, result)
end
results.each { |result| total += result.receive }
puts total
