// Nodes and pointers: a binary search tree with insertion, search and removal, and a linked list sorted by merging.
#include "benchmark.h"

enum { COUNT = 260 };

struct node { struct node *left, *right; uint32_t key; };

static struct node nodes[COUNT];
static int nodes_used;

static struct node *insert(struct node *root, uint32_t key) {
  if (root == NULL) {
    struct node *added = &nodes[nodes_used++];
    *added = (struct node){.key = key};
    return added;
  }
  if (key < root->key) root->left = insert(root->left, key);
  else if (key > root->key) root->right = insert(root->right, key);
  return root;
}

static int depth_of(const struct node *root, uint32_t key) {
  int depth = 0;
  while (root != NULL && root->key != key) {
    root = key < root->key ? root->left : root->right;
    depth++;
  }
  return root == NULL ? -depth : depth;
}

static void detach(struct node **link, uint32_t key) {
  while (*link != NULL && (*link)->key != key) link = key < (*link)->key ? &(*link)->left : &(*link)->right;
  struct node *found = *link;
  if (found == NULL) return;
  if (found->left == NULL) {
    *link = found->right;
  } else if (found->right == NULL) {
    *link = found->left;
  } else {
    struct node **least = &found->right;
    while ((*least)->left != NULL) least = &(*least)->left;
    struct node *successor = *least;
    *least = successor->right;
    successor->left = found->left;
    successor->right = found->right;
    *link = successor;
  }
}

static uint32_t walk(const struct node *root, uint32_t sum) {
  if (root == NULL) return sum;
  return walk(root->right, fold(walk(root->left, sum), root->key));
}

// Lists are linked through `right`.
static struct node *merge(struct node *a, struct node *b) {
  struct node head, *last = &head;
  while (a != NULL && b != NULL) {
    struct node **least = a->key <= b->key ? &a : &b;
    last->right = *least;
    last = *least;
    *least = (*least)->right;
  }
  last->right = a != NULL ? a : b;
  return head.right;
}

static struct node *merge_sort(struct node *list) {
  if (list == NULL || list->right == NULL) return list;
  struct node *middle = list;
  for (struct node *end = list->right; end != NULL && end->right != NULL; end = end->right->right)
    middle = middle->right;
  struct node *second = middle->right;
  middle->right = NULL;
  return merge(merge_sort(list), merge_sort(second));
}

uint32_t benchmark(void) {
  uint32_t random = 12, sum = 0;
  struct node *root = NULL;
  nodes_used = 0;
  for (int i = 0; i < COUNT; i++) root = insert(root, random_below(&random, 4096));
  for (uint32_t key = 0; key < 4096; key += 9) sum = fold(sum, (uint32_t)depth_of(root, key));
  for (uint32_t key = 0; key < 4096; key += 11) detach(&root, key);
  sum = walk(root, sum);
  for (int i = 0; i < nodes_used; i++) {
    nodes[i].key = next_random(&random);
    nodes[i].right = i + 1 < nodes_used ? &nodes[i + 1] : NULL;
  }
  for (const struct node *at = merge_sort(&nodes[0]); at != NULL; at = at->right) sum = fold(sum, at->key);
  return sum;
}
