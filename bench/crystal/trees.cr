# A tree of depth 18 stays alive while ten more are built, counted and dropped.
class Node
  getter left : Node?
  getter right : Node?

  def initialize(@left, @right)
  end

  def count : Int64
    l = @left
    r = @right
    return 1_i64 if l.nil? || r.nil?
    1_i64 + l.count + r.count
  end
end

def build(depth) : Node
  return Node.new(nil, nil) if depth == 0
  Node.new(build(depth - 1), build(depth - 1))
end

kept = build(18)
total = 0_i64
10.times { total += build(18).count }
puts total + kept.count
