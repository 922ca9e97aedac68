/* A tree of depth 18 stays alive while ten more are built, counted and freed, with malloc. */
#include <stdio.h>
#include <stdlib.h>

typedef struct Node {
    struct Node *left, *right;
} Node;

static Node *build(int depth)
{
    Node *n = malloc(sizeof *n);
    n->left  = depth == 0 ? NULL : build(depth - 1);
    n->right = depth == 0 ? NULL : build(depth - 1);
    return n;
}

static long count(const Node *n)
{
    if (n->left == NULL || n->right == NULL)
        return 1;
    return 1 + count(n->left) + count(n->right);
}

static void drop(Node *n)
{
    if (n != NULL) {
        drop(n->left);
        drop(n->right);
        free(n);
    }
}

int main(void)
{
    Node *kept  = build(18);
    long  total = 0;
    for (int i = 0; i < 10; i++) {
        Node *tree = build(18);
        total += count(tree);
        drop(tree);
    }
    printf("%ld\n", total + count(kept));
    drop(kept);
    return 0;
}
