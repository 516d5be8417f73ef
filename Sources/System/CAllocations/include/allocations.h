/* How often this process has asked for memory: malloc, calloc, realloc and the aligned forms. */
unsigned long jalon_allocations(void);
