# generate.awk - see generate.sh.
#
# In a line of a piece, a word between two @ stands for:
#
#     T, t        the name of the piece in this module, as a type and inside of a function's name
#     dep         a module that this one imports
#     n1, n2 ...  numbers from 3 to 97
#     w1, C1 ...  words; C with a capital
#     op1 ...     + - or ^
#
# "@each NAME LOW HIGH@" repeats the lines up to "@end@" that many times; all with one NAME in one
# piece are repeated equally often. There i is the number of the round from 1, and n1i is n11 in the
# first round. "@import NAMES@" may be the first line: what the piece needs of the standard library.
#
# What is behind a word depends on nothing but module, piece and word, so both
# languages have the same.

function hash(text,    i, h) {
    h = 17
    for (i = 1; i <= length(text); i++)
        h = (h * 31 + index(letters, substr(text, i, 1)) + 7) % 16777213
    return (h * 69069 + 12345) % 16777213
}
function pick(key, count) { return int(hash(module " " piece " " key) / 64) % count }
function capital(word) { return toupper(substr(word, 1, 1)) substr(word, 2) }

function value(key,    kind) {
    kind = key
    sub(/[0-9]+$/, "", kind)
    if (kind == "T")   return type
    if (kind == "t")   return tolower(type)
    if (kind == "dep") return dep
    if (kind == "n")   return 3 + pick(key, 95)
    if (kind == "w")   return words[1 + pick(key, word_count)]
    if (kind == "C")   return capital(words[1 + pick("w" substr(key, 2), word_count)])
    if (kind == "op")  return substr("+-^", 1 + pick(key, 3), 1)
    print "generate.awk: " file ": unknown word " key >"/dev/stderr"
    exit 1
}

# round: 0 outside of a repetition.
function put(line, round,    out, at, len, key) {
    while (match(line, /@[A-Za-z]+[0-9]*i?@/)) {
        at = RSTART; len = RLENGTH
        key = substr(line, at + 1, len - 2)
        if (round && key == "i")
            key = round
        else {
            if (round) sub(/i$/, round, key)
            key = value(key)
        }
        out = out substr(line, 1, at - 1) key
        line = substr(line, at + len)
    }
    print out line >target
}

function put_piece(name,    line, field, i, k, count, held, rounds) {
    file = parts "/" name "." language ".in"
    rounds = 0
    print "" >target
    while ((getline line <file) > 0) {
        if (line ~ /^@import /)
            continue
        if (line ~ /^@each /) {
            split(substr(line, 1, length(line) - 1), field, " ")
            rounds = field[3] + pick("each" field[2], field[4] - field[3] + 1)
            count = 0
        } else if (line == "@end@") {
            for (k = 1; k <= rounds; k++)
                for (i = 1; i <= count; i++) put(held[i], k)
            rounds = 0
        } else if (rounds)
            held[++count] = line
        else
            put(line, 0)
    }
    close(file)
}

# ---- A module ----

function is_pluto() { return language == "pluto" }
function import_line(name, own) {
    return is_pluto() ? "import " name : "\t\"" (own ? "loop/" : "") name "\""
}

# Those of the standard library that the pieces of this module name.
function put_std_imports(    i, k, n, line, names, seen) {
    used[0] = "api"
    for (i = 0; i <= use_count; i++) {
        file = parts "/" used[i] "." language ".in"
        if ((getline line <file) > 0 && line ~ /^@import /) {
            n = split(substr(line, 1, length(line) - 1), names, " ")
            for (k = 2; k <= n; k++)
                if (!seen[names[k]]++) print import_line(names[k], 0) >target
        }
        close(file)
    }
}
function put_imports(    i) {
    if (!is_pluto()) print "package " module "\n\nimport (" >target
    put_std_imports()
    for (i = 1; i <= dep_count; i++) print import_line(deps[i], 1) >target
    if (!is_pluto()) print ")" >target
}

# core, and three more that come before it.
function choose_deps(number,    i, name) {
    dep_count = 0
    split("", chosen)
    for (i = 0; i < 4 && number > 1; i++) {
        name = i == 0 ? modules[1] : modules[1 + pick("dep" i, number - 1)]
        if (!(name in chosen)) deps[++dep_count] = name
        chosen[name] = 1
    }
}

# A function that adds up calls[1 .. count].
function put_sum(head, calls, count, end,    i, indent) {
    indent = is_pluto() ? "    " : "\t"
    print "\n" head " {\n" indent (is_pluto() ? "let mut sum = 0" : "sum := 0") >target
    for (i = 1; i <= count; i++) print indent "sum += " calls[i] >target
    print indent end "\n}" >target
}

function put_named_piece(name, noun) {
    piece = noun
    type  = capital(module) noun
    runs[++run_count] = (is_pluto() ? "run_" tolower(type) : "run" type) "(seed + " run_count ")"
    put_piece(name)
}

function put_pieces(number,    i) {
    runs[1]   = is_pluto() ? "rank(seed)" : "Rank(seed)"
    run_count = 1
    piece     = "api"
    put_piece("api")
    for (i = 1; i <= use_count; i++)
        put_named_piece(used[i], nouns[1 + (number * 7 + i) % noun_count])
    for (i = 1; i <= dep_count; i++) {
        dep = deps[i]
        put_named_piece("uses", capital(dep))
    }
}

function put_module(number,    i) {
    module = modules[number]
    piece  = ""
    target = dir "/" (is_pluto() ? "" : module "/") module "." language
    if (!is_pluto()) system("mkdir -p '" dir "/" module "'")
    choose_deps(number)
    for (i = 1; i <= use_count; i++) used[i] = pieces[1 + (number * 3 + i) % piece_count]
    put_imports()
    put_pieces(number)
    put_sum(is_pluto() ? "pub fn run(seed: int) int" : "func Run(seed int) int", runs, run_count,
            "return sum % 1000003")
    close(target)
}

function put_main(    i, calls) {
    target = dir "/main." language
    if (!is_pluto()) print "package main\n\nimport (\n\t\"fmt\"" >target
    for (i = 1; i <= module_count; i++) {
        print import_line(modules[i], 1) >target
        calls[i] = modules[i] (is_pluto() ? ".run(" : ".Run(") i * 101 ")"
    }
    if (!is_pluto()) print ")" >target
    put_sum(is_pluto() ? "fn main()" : "func main()", calls, module_count,
            (is_pluto() ? "print" : "fmt.Println") "(sum % 1000003)")
    close(target)
}

BEGIN {
    letters = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    # core first, desk last: nobody but the program imports desk.
    module_count = split("core money clock names units users teams rights stock shelves prices" \
        " taxes orders baskets bills payments refunds parcels routes drivers stations weather" \
        " signals meters reports letters archive audit planner desk", modules, " ")
    word_count = split("amber basalt birch bronze cedar cobalt copper coral flint garnet granite" \
        " hazel indigo ivory jade juniper laurel linden maple marble myrtle nickel ochre olive" \
        " onyx opal pearl quartz rowan ruby saffron silver slate spruce topaz umber walnut" \
        " willow zinc", words, " ")
    noun_count = split("Account Batch Circle Draft Entry Folder Garden Harbour Index Journal" \
        " Kettle Ladder Market Notice Office Packet Quarry Record Sample Table Valley Window",
        nouns, " ")
    piece_count = split("record store machine tree trait generic closures tasks text graph rules",
                        pieces, " ")
    use_count = 8
    for (m = 1; m <= module_count; m++) put_module(m)
    put_main()
}
