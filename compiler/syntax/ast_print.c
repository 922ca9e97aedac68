/*
 * ast_print.c - one function per family of nodes, one case per kind.
 *
 * Everything parsed appears, so a test that compares the text sees what the parser made of it.
 */
#include "compiler/syntax/ast_print.h"

#include <inttypes.h>

static void print_block(FILE *out, const Block *b);

/* ---- Parts ---- */

static void print_qname(FILE *out, QName name)
{
    if (name.module.name)
        fprintf(out, "%s.", name.module.name);
    fputs(name.name.name, out);
}

void ast_print_type(FILE *out, const TypeExpr *t)
{
    switch (t->kind) {
    case TX_NAME:
        print_qname(out, t->name);
        for (int i = 0; i < t->args.count; i++) {
            fputs(i ? ", " : "<", out);
            ast_print_type(out, t->args.items[i]);
        }
        fputs(t->args.count ? ">" : "", out);
        break;
    case TX_ARRAY:
        fputs("[", out);
        ast_print_type(out, t->elem);
        fputs("]", out);
        break;
    case TX_FN:
        fputs("fn(", out);
        for (int i = 0; i < t->args.count; i++) {
            fputs(i ? ", " : "", out);
            ast_print_type(out, t->args.items[i]);
        }
        fputs(")", out);
        if (t->elem) {
            fputs(" ", out);
            ast_print_type(out, t->elem);
        }
        break;
    case TX_STREAM:
        fputs("stream ", out);
        ast_print_type(out, t->elem);
        break;
    }
    fputs(t->nullable ? "?" : "", out);
}

/* Works on any LIST(TypeExpr *). */
#define PRINT_TYPE_ARGS(out, list)                                                                 \
    do {                                                                                           \
        for (int type_i = 0; type_i < (list).count; type_i++) {                                    \
            fputs(type_i ? ", " : "<", out);                                                       \
            ast_print_type(out, (list).items[type_i]);                                             \
        }                                                                                          \
        fputs((list).count ? ">" : "", out);                                                       \
    } while (0)

static void print_bytes(FILE *out, const char *s, uint32_t len)
{
    putc('"', out);
    for (uint32_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

static void print_after_blank(FILE *out, const Expr *e)
{
    putc(' ', out);
    ast_print_expr(out, e);
}

static void print_param(FILE *out, Param param)
{
    fprintf(out, "%s: ", param.name.name);
    ast_print_type(out, param.type);
}

static void print_field_init(FILE *out, FieldInit init)
{
    fprintf(out, " (%s", init.name.name);
    print_after_blank(out, init.value);
    putc(')', out);
}

static void print_arm(FILE *out, const MatchArm *arm)
{
    fputs(" (arm ", out);
    print_qname(out, arm->enum_name);
    fprintf(out, ".%s", arm->variant.name);
    fputs(arm->has_bindings ? " {" : "", out);
    for (int i = 0; i < arm->bindings.count; i++)
        fprintf(out, "%s%s:%s", i ? " " : "", arm->bindings.items[i].field.name,
                arm->bindings.items[i].name.name);
    fputs(arm->has_bindings ? "}" : "", out);
    if (arm->value)
        print_after_blank(out, arm->value);
    else
        print_block(out, arm->block);
    putc(')', out);
}

static void print_handler(FILE *out, const CatchHandler *h)
{
    switch (h->kind) {
    case CATCH_VALUE:
        print_after_blank(out, h->value);
        return;
    case CATCH_ANY:
        fprintf(out, " (any %s", h->name.name);
        break;
    case CATCH_TYPED:
        fprintf(out, " (typed %s ", h->name.name);
        print_qname(out, h->error);
        break;
    }
    print_block(out, h->block);
    putc(')', out);
}

/* ---- Expressions ---- */

static const char *const binary_text[] = {
    [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_REM] = "%",
    [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=",
    [OP_AND] = "&&", [OP_OR] = "||", [OP_BAND] = "&", [OP_BOR] = "|", [OP_BXOR] = "^",
    [OP_SHL] = "<<", [OP_SHR] = ">>",
};

static const char *const unary_text[] = {[OP_NEG] = "neg", [OP_NOT] = "not", [OP_BNOT] = "~"};

static void print_fstring(FILE *out, const Expr *e)
{
    fputs("(f", out);
    for (int i = 0; i < e->fstring.parts.count; i++) {
        const FPart *part = &e->fstring.parts.items[i];
        putc(' ', out);
        if (part->value)
            ast_print_expr(out, part->value);
        else
            print_bytes(out, part->text, part->text_len);
    }
    putc(')', out);
}

static void print_call(FILE *out, const Expr *e)
{
    fputs(e->kind == EXPR_METHOD ? "(method" : "(call", out);
    if (e->kind == EXPR_METHOD)
        print_after_blank(out, e->call.object);
    fprintf(out, " %s%s%s", e->kind == EXPR_STATIC_CALL ? e->call.trait.name : "",
            e->kind == EXPR_STATIC_CALL ? "::" : "", e->call.name.name);
    PRINT_TYPE_ARGS(out, e->call.type_args);
    for (int i = 0; i < e->call.args.count; i++)
        print_after_blank(out, e->call.args.items[i]);
    putc(')', out);
}

static void print_closure(FILE *out, const Expr *e)
{
    fputs("(closure (", out);
    for (int i = 0; i < e->closure.params.count; i++) {
        fputs(i ? ", " : "", out);
        print_param(out, e->closure.params.items[i]);
    }
    putc(')', out);
    if (e->closure.result) {
        putc(' ', out);
        ast_print_type(out, e->closure.result);
    }
    if (e->closure.block)
        print_block(out, e->closure.block);
    else
        print_after_blank(out, e->closure.value);
    putc(')', out);
}

static void print_pair(FILE *out, const char *head, const Expr *left, const Expr *right)
{
    fprintf(out, "(%s", head);
    print_after_blank(out, left);
    if (right)
        print_after_blank(out, right);
    putc(')', out);
}

static void print_struct(FILE *out, const Expr *e)
{
    fputs("(struct ", out);
    print_qname(out, e->struct_.name);
    PRINT_TYPE_ARGS(out, e->struct_.type_args);
    for (int i = 0; i < e->struct_.fields.count; i++)
        print_field_init(out, e->struct_.fields.items[i]);
    putc(')', out);
}

static void print_variant(FILE *out, const Expr *e)
{
    fputs("(variant ", out);
    print_qname(out, e->variant.enum_name);
    PRINT_TYPE_ARGS(out, e->variant.type_args);
    fprintf(out, ".%s%s", e->variant.variant.name, e->variant.has_braces ? " {}" : "");
    for (int i = 0; i < e->variant.fields.count; i++)
        print_field_init(out, e->variant.fields.items[i]);
    putc(')', out);
}

static void print_map(FILE *out, const Expr *e)
{
    fputs("(map<", out);
    ast_print_type(out, e->map.key);
    fputs(", ", out);
    ast_print_type(out, e->map.value);
    putc('>', out);
    for (int i = 0; i < e->map.entries.count; i++) {
        putc(' ', out);
        print_pair(out, "entry", e->map.entries.items[i].key, e->map.entries.items[i].value);
    }
    putc(')', out);
}

void ast_print_expr(FILE *out, const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT:    fprintf(out, "%" PRIu64, e->integer.value); return;
    case EXPR_FLOAT:  fprintf(out, "%.17g", e->floating); return;
    case EXPR_STRING: print_bytes(out, e->string.bytes, e->string.len); return;
    case EXPR_BOOL:   fputs(e->boolean ? "true" : "false", out); return;
    case EXPR_NONE:   fputs("none", out); return;
    case EXPR_SELF:   fputs("self", out); return;
    case EXPR_NAME:   fputs(e->name.ident.name, out); return;
    case EXPR_FSTRING: print_fstring(out, e); return;
    case EXPR_UNARY:  print_pair(out, unary_text[e->unary.op], e->unary.operand, NULL); return;
    case EXPR_BINARY:
        print_pair(out, binary_text[e->binary.op], e->binary.left, e->binary.right);
        return;
    case EXPR_COALESCE: print_pair(out, "\?\?", e->coalesce.left, e->coalesce.right); return;
    case EXPR_RANGE:
        print_pair(out, e->range.inclusive ? "..=" : "..", e->range.from, e->range.to);
        return;
    case EXPR_INDEX:  print_pair(out, "index", e->index.object, e->index.index); return;
    case EXPR_UNWRAP: print_pair(out, "?", e->unwrap.operand, NULL); return;
    case EXPR_PROPAGATE: print_pair(out, "!", e->propagate.call, NULL); return;
    case EXPR_SPAWN:  print_pair(out, "spawn", e->spawn.call, NULL); return;
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        print_pair(out, "convert", e->convert.operand, NULL);
        return;
    case EXPR_CALL: case EXPR_METHOD: case EXPR_STATIC_CALL: print_call(out, e); return;
    case EXPR_STRUCT:  print_struct(out, e); return;
    case EXPR_VARIANT: print_variant(out, e); return;
    case EXPR_MAP:     print_map(out, e); return;
    case EXPR_CLOSURE: print_closure(out, e); return;
    case EXPR_CAST:
        fputs("(as", out);
        print_after_blank(out, e->cast.operand);
        putc(' ', out);
        ast_print_type(out, e->cast.to);
        break;
    case EXPR_FIELD:
        fputs("(field", out);
        print_after_blank(out, e->field.object);
        fprintf(out, " %s", e->field.name.name);
        break;
    case EXPR_CATCH:
        fputs("(catch", out);
        print_after_blank(out, e->catch_.call);
        for (int i = 0; i < e->catch_.handlers.count; i++)
            print_handler(out, &e->catch_.handlers.items[i]);
        break;
    case EXPR_ARRAY:
        fputs("(array", out);
        for (int i = 0; i < e->array.items.count; i++)
            print_after_blank(out, e->array.items.items[i]);
        break;
    case EXPR_SET:
        fputs("(set<", out);
        ast_print_type(out, e->set.elem);
        putc('>', out);
        for (int i = 0; i < e->set.items.count; i++)
            print_after_blank(out, e->set.items.items[i]);
        break;
    case EXPR_IF:
        fputs("(if", out);
        print_after_blank(out, e->if_.cond);
        print_block(out, e->if_.then);
        print_block(out, e->if_.otherwise);
        break;
    case EXPR_MATCH:
        fputs("(match", out);
        print_after_blank(out, e->match.value);
        for (int i = 0; i < e->match.arms.count; i++)
            print_arm(out, &e->match.arms.items[i]);
        break;
    }
    putc(')', out);
}

/* ---- Statements ---- */

static void print_let_chan(FILE *out, const Stmt *s)
{
    static const char *const form[] = {"chan", "rendezvous", "unbounded"};
    fprintf(out, "(let-%s %s %s ", form[s->let_chan.form], s->let_chan.tx.name,
            s->let_chan.rx.name);
    ast_print_type(out, s->let_chan.elem);
    if (s->let_chan.cap)
        print_after_blank(out, s->let_chan.cap);
}

static void print_let(FILE *out, const Stmt *s)
{
    fprintf(out, "(let %s%s", s->let.mut ? "mut " : "", s->let.name.name);
    if (s->let.type) {
        fputs(": ", out);
        ast_print_type(out, s->let.type);
    }
    print_after_blank(out, s->let.value);
}

static void print_select_arm(FILE *out, const SelectArm *arm)
{
    static const char *const kind[] = {"recv", "send", "get", "timeout", "default"};
    fprintf(out, " (%s", kind[arm->kind]);
    if (arm->name.name)
        fprintf(out, " %s", arm->name.name);
    if (arm->subject)
        print_after_blank(out, arm->subject);
    if (arm->value)
        print_after_blank(out, arm->value);
    print_block(out, arm->block);
    putc(')', out);
}

static void print_scope(FILE *out, const Stmt *s)
{
    fputs("(scope (", out);
    for (int i = 0; i < s->scope.seeds.count; i++) {
        fputs(i ? " " : "", out);
        ast_print_expr(out, s->scope.seeds.items[i]);
    }
    fputs(") (", out);
    for (int i = 0; i < s->scope.bindings.count; i++) {
        fprintf(out, "%s%s: ", i ? ", " : "", s->scope.bindings.items[i].name.name);
        ast_print_type(out, s->scope.bindings.items[i].type);
    }
    putc(')', out);
    print_block(out, s->scope.body);
}

static void print_stmt(FILE *out, const Stmt *s)
{
    switch (s->kind) {
    case STMT_EXPR:
        ast_print_expr(out, s->expr);
        return;
    case STMT_LET:
        print_let(out, s);
        break;
    case STMT_LET_CHAN:
        print_let_chan(out, s);
        break;
    case STMT_ASSIGN:
        fprintf(out, "(%s=", s->assign.compound ? binary_text[s->assign.op] : "");
        print_after_blank(out, s->assign.target);
        print_after_blank(out, s->assign.value);
        break;
    case STMT_INCREMENT:
        fprintf(out, "(%s", s->increment.down ? "--" : "++");
        print_after_blank(out, s->increment.target);
        break;
    case STMT_RETURN:
        fputs("(return", out);
        if (s->ret.value)
            print_after_blank(out, s->ret.value);
        break;
    case STMT_BREAK:
        fputs("(break", out);
        break;
    case STMT_CONTINUE:
        fputs("(continue", out);
        break;
    case STMT_RAISE:
        fputs("(raise ", out);
        print_qname(out, s->raise.name);
        for (int i = 0; i < s->raise.fields.count; i++)
            print_field_init(out, s->raise.fields.items[i]);
        break;
    case STMT_ASSERT:
        fputs("(assert", out);
        print_after_blank(out, s->assert_.cond);
        break;
    case STMT_YIELD:
        fputs("(yield", out);
        print_after_blank(out, s->yield.value);
        break;
    case STMT_SERVE:
        fputs("(serve", out);
        print_after_blank(out, s->serve.service);
        print_after_blank(out, s->serve.port);
        break;
    case STMT_IF:
        fputs("(if", out);
        print_after_blank(out, s->if_.cond);
        print_block(out, s->if_.then);
        if (s->if_.otherwise)
            print_block(out, s->if_.otherwise);
        break;
    case STMT_WHILE:
        fputs("(while", out);
        print_after_blank(out, s->while_.cond);
        print_block(out, s->while_.body);
        break;
    case STMT_LOOP:
        fputs("(loop", out);
        print_block(out, s->loop.body);
        break;
    case STMT_FOR:
        fprintf(out, "(for %s", s->for_.name.name);
        print_after_blank(out, s->for_.iterable);
        print_block(out, s->for_.body);
        break;
    case STMT_MATCH:
        fputs("(match", out);
        print_after_blank(out, s->match.value);
        for (int i = 0; i < s->match.arms.count; i++)
            print_arm(out, &s->match.arms.items[i]);
        break;
    case STMT_SELECT:
        fputs("(select", out);
        for (int i = 0; i < s->select.arms.count; i++)
            print_select_arm(out, &s->select.arms.items[i]);
        break;
    case STMT_SCOPE:
        print_scope(out, s);
        break;
    }
    putc(')', out);
}

/* A blank and the statements in braces. */
static void print_block(FILE *out, const Block *b)
{
    fputs(" {", out);
    for (int i = 0; i < b->stmts.count; i++) {
        fputs(i ? " " : "", out);
        print_stmt(out, b->stmts.items[i]);
    }
    putc('}', out);
}

/* ---- Declarations ---- */

/* Works on any LIST(TypeParam). */
#define PRINT_TYPE_PARAMS(out, list)                                                               \
    do {                                                                                           \
        for (int param_i = 0; param_i < (list).count; param_i++) {                                 \
            const TypeParam *type_param = &(list).items[param_i];                                  \
            fprintf(out, "%s%s", param_i ? ", " : "<", type_param->name.name);                     \
            for (int bound_i = 0; bound_i < type_param->bounds.count; bound_i++) {                 \
                fputs(bound_i ? " + " : ": ", out);                                                \
                print_qname(out, type_param->bounds.items[bound_i]);                               \
            }                                                                                      \
        }                                                                                          \
        fputs((list).count ? ">" : "", out);                                                       \
    } while (0)

static void print_func(FILE *out, const FuncDecl *f)
{
    static const char *const receiver[] = {"", "self", "mut self"};
    const char *word = f->is_blocking ? "extern blocking" : f->is_extern ? "extern" : "fn";
    fprintf(out, "(%s%s %s", f->is_pub ? "pub " : "", word, f->name.name);
    PRINT_TYPE_PARAMS(out, f->type_params);
    fprintf(out, " (%s", receiver[f->receiver]);
    for (int i = 0; i < f->params.count; i++) {
        fputs(i || f->receiver != RECV_NONE ? ", " : "", out);
        print_param(out, f->params.items[i]);
    }
    putc(')', out);
    if (f->result) {
        putc(' ', out);
        ast_print_type(out, f->result);
    }
    for (int i = 0; i < f->requires.count; i++) {
        fputs(" (requires", out);
        print_after_blank(out, f->requires.items[i]);
        putc(')', out);
    }
    if (f->body)
        print_block(out, f->body);
    putc(')', out);
}

static void print_field_decl(FILE *out, FieldDecl field)
{
    fprintf(out, " (%s ", field.name.name);
    ast_print_type(out, field.type);
    putc(')', out);
}

static void print_dep(FILE *out, const DepDecl *dep)
{
    fprintf(out, " (dep %s %s", dep->name.name, dep->remote ? "remote " : "");
    ast_print_type(out, dep->type);
    putc(')', out);
}

static void print_named(FILE *out, const char *what, QName name)
{
    fprintf(out, " (%s ", what);
    print_qname(out, name);
    putc(')', out);
}

static void print_class(FILE *out, const ClassDecl *c)
{
    static const char *const lifecycle[] = {"", "scoped ", "transient "};
    fprintf(out, "(%s%sclass %s", c->is_pub ? "pub " : "", lifecycle[c->lifecycle], c->name.name);
    PRINT_TYPE_PARAMS(out, c->type_params);
    for (int i = 0; i < c->uses.count; i++)
        print_named(out, "uses", c->uses.items[i]);
    for (int i = 0; i < c->deps.count; i++)
        print_dep(out, &c->deps.items[i]);
    for (int i = 0; i < c->impls.count; i++) {
        fputs(" (impl ", out);
        print_qname(out, c->impls.items[i]);
        putc(')', out);
    }
    for (int i = 0; i < c->fields.count; i++)
        print_field_decl(out, c->fields.items[i]);
    for (int i = 0; i < c->invariants.count; i++) {
        fputs(" (invariant", out);
        print_after_blank(out, c->invariants.items[i]);
        putc(')', out);
    }
    for (int i = 0; i < c->methods.count; i++) {
        putc(' ', out);
        print_func(out, c->methods.items[i]);
    }
    putc(')', out);
}

static void print_enum(FILE *out, const EnumDecl *e)
{
    fprintf(out, "(%senum %s", e->is_pub ? "pub " : "", e->name.name);
    PRINT_TYPE_PARAMS(out, e->type_params);
    for (int i = 0; i < e->variants.count; i++) {
        const VariantDecl *v = &e->variants.items[i];
        fprintf(out, " (%s", v->name.name);
        for (int j = 0; j < v->fields.count; j++)
            print_field_decl(out, v->fields.items[j]);
        putc(')', out);
    }
    putc(')', out);
}

static void print_trait(FILE *out, const TraitDecl *t)
{
    fprintf(out, "(%strait %s", t->is_pub ? "pub " : "", t->name.name);
    for (int i = 0; i < t->methods.count; i++) {
        putc(' ', out);
        print_func(out, t->methods.items[i]);
    }
    putc(')', out);
}

static void print_error_decl(FILE *out, const ErrorDecl *e)
{
    fprintf(out, "(%serror %s", e->is_pub ? "pub " : "", e->name.name);
    for (int i = 0; i < e->fields.count; i++)
        print_field_decl(out, e->fields.items[i]);
    putc(')', out);
}

static void print_import(FILE *out, const ImportDecl *import)
{
    fputs("(import ", out);
    for (int i = 0; i < import->path.count; i++)
        fprintf(out, "%s%s", i ? "." : "", import->path.items[i].name);
    fprintf(out, " as %s)", import->alias.name);
}

#define PRINT_LINES(out, list, print)                                                              \
    for (int line_i = 0; line_i < (list).count; line_i++) {                                        \
        print(out, (list).items[line_i]);                                                          \
        putc('\n', out);                                                                           \
    }

static void print_app(FILE *out, const AppDecl *app)
{
    static const char *const lifecycle[] = {"", "scoped", "transient"};
    fprintf(out, "(%s %s", app->is_stage ? "stage" : "app", app->name.name);
    if (app->parent.name)
        fprintf(out, " : %s", app->parent.name);
    for (int i = 0; i < app->deps.count; i++)
        print_dep(out, &app->deps.items[i]);
    for (int i = 0; i < app->ambients.count; i++)
        print_named(out, "ambient", app->ambients.items[i]);
    for (int i = 0; i < app->overrides.count; i++)
        print_named(out, lifecycle[app->overrides.items[i].lifecycle],
                    app->overrides.items[i].name);
    for (int i = 0; i < app->required.count; i++) {
        fputs(" (requires ", out);
        print_func(out, app->required.items[i]);
        putc(')', out);
    }
    for (int i = 0; i < app->methods.count; i++) {
        fputs(app->methods.items[i]->is_override ? " override " : " ", out);
        print_func(out, app->methods.items[i]);
    }
    putc(')', out);
}

static void print_system(FILE *out, const SystemDecl *s)
{
    fprintf(out, "(system %s", s->name.name);
    for (int i = 0; i < s->members.count; i++)
        fprintf(out, " (%s %s)", s->members.items[i].name.name, s->members.items[i].module.name);
    putc(')', out);
}

static void print_test(FILE *out, const TestDecl *test)
{
    fprintf(out, "(test %s", test->name.name);
    print_block(out, test->body);
    putc(')', out);
}

void ast_print_module(FILE *out, const Module *module)
{
    PRINT_LINES(out, module->imports, print_import)
    PRINT_LINES(out, module->funcs, print_func)
    PRINT_LINES(out, module->classes, print_class)
    PRINT_LINES(out, module->traits, print_trait)
    PRINT_LINES(out, module->enums, print_enum)
    PRINT_LINES(out, module->errors, print_error_decl)
    PRINT_LINES(out, module->apps, print_app)
    PRINT_LINES(out, module->systems, print_system)
    for (int i = 0; i < module->test_groups.count; i++)
        fprintf(out, "(tests %d)\n", (int)module->test_groups.items[i]->strategy);
    PRINT_LINES(out, module->tests, print_test)
}
