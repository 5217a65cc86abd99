// Shortest paths by Dijkstra's algorithm with a binary heap, on a random sparse graph.
#include "benchmark.h"

enum { NODES = 160, EDGES_PER_NODE = 5, EDGES = NODES * EDGES_PER_NODE, UNREACHED = 0x7FFFFFFF };

struct edge { uint16_t to; uint16_t weight; };
struct entry { int distance; uint16_t node; };

static struct edge edges[NODES][EDGES_PER_NODE];
static struct entry heap[EDGES + 1];
static int heap_count;
static int distance[NODES];

static void push(struct entry added) {
  int at = heap_count++;
  while (at > 0 && heap[(at - 1) / 2].distance > added.distance) {
    heap[at] = heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap[at] = added;
}

static struct entry pop(void) {
  const struct entry least = heap[0];
  const struct entry last = heap[--heap_count];
  int at = 0;
  for (int child; (child = 2 * at + 1) < heap_count; at = child) {
    if (child + 1 < heap_count && heap[child + 1].distance < heap[child].distance) child++;
    if (heap[child].distance >= last.distance) break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return least;
}

static void shortest_from(uint16_t start) {
  for (int i = 0; i < NODES; i++) distance[i] = UNREACHED;
  distance[start] = 0;
  heap_count = 0;
  push((struct entry){0, start});
  while (heap_count > 0) {
    const struct entry nearest = pop();
    if (nearest.distance > distance[nearest.node]) continue;
    for (int i = 0; i < EDGES_PER_NODE; i++) {
      const struct edge edge = edges[nearest.node][i];
      const int through = nearest.distance + edge.weight;
      if (through < distance[edge.to]) {
        distance[edge.to] = through;
        push((struct entry){through, edge.to});
      }
    }
  }
}

uint32_t benchmark(void) {
  uint32_t random = 6, sum = 0;
  for (int i = 0; i < NODES; i++)
    for (int j = 0; j < EDGES_PER_NODE; j++)
      edges[i][j] = (struct edge){(uint16_t)random_below(&random, NODES), (uint16_t)(1 + random_below(&random, 100))};
  for (uint16_t start = 0; start < 3; start++) {
    shortest_from(start);
    for (int i = 0; i < NODES; i++) sum = fold(sum, (uint32_t)distance[i]);
  }
  return sum;
}
