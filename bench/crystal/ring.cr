# A token goes round a ring of 1,000 fibers until it has made a million steps.
def member(input : Channel(Int32), output : Channel(Int32), done : Channel(Int32))
  spawn do
    loop do
      v = input.receive
      if v == 0
        done.send(1)
      else
        output.send(v - 1)
      end
    end
  end
end

done = Channel(Int32).new(1)
first = Channel(Int32).new(1)
input = first
999.times do
  output = Channel(Int32).new(1)
  member(input, output, done)
  input = output
end
member(input, first, done)
first.send(1_000_000)
puts done.receive
