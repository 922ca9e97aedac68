/*
 * builtin.h - built-in functions and methods, one value each.
 *
 * The checker resolves a call to one of these; lower turns it into a call of the runtime.
 * A name says receiver and method: BI_ARRAY_PUSH is push on an array.
 */
#ifndef PLUTO_BUILTIN_H
#define PLUTO_BUILTIN_H

typedef enum {
    BI_NONE,
    /* functions */
    BI_PRINT, BI_TIME_NS, BI_GC_HEAP_SIZE, BI_BYTES_NEW,
    BI_ABS_INT, BI_ABS_FLOAT, BI_MIN_INT, BI_MIN_FLOAT, BI_MAX_INT, BI_MAX_FLOAT,
    BI_POW_INT,            /* fallible: MathError */
    BI_POW_FLOAT, BI_SQRT, BI_SIN, BI_COS, BI_TAN, BI_LOG, BI_FLOOR, BI_CEIL, BI_ROUND,
    BI_EXPECT,             /* what an assertion is called on */
    BI_EXPECT_EQUAL, BI_EXPECT_TRUE, BI_EXPECT_FALSE,
    /* string */
    BI_STRING_LEN, BI_STRING_IS_EMPTY, BI_STRING_IS_WHITESPACE, BI_STRING_CONTAINS,
    BI_STRING_STARTS_WITH, BI_STRING_ENDS_WITH, BI_STRING_INDEX_OF, BI_STRING_LAST_INDEX_OF,
    BI_STRING_COUNT, BI_STRING_SUBSTRING, BI_STRING_CHAR_AT, BI_STRING_BYTE_AT, BI_STRING_TRIM,
    BI_STRING_TRIM_START, BI_STRING_TRIM_END, BI_STRING_TO_UPPER, BI_STRING_TO_LOWER,
    BI_STRING_REPLACE, BI_STRING_SPLIT, BI_STRING_REPEAT, BI_STRING_TO_INT, BI_STRING_TO_FLOAT,
    BI_STRING_TO_BYTES,
    /* array */
    BI_ARRAY_LEN, BI_ARRAY_IS_EMPTY, BI_ARRAY_PUSH, BI_ARRAY_POP, BI_ARRAY_FIRST, BI_ARRAY_LAST,
    BI_ARRAY_INSERT_AT, BI_ARRAY_REMOVE_AT, BI_ARRAY_SLICE, BI_ARRAY_REVERSE, BI_ARRAY_CLEAR,
    BI_ARRAY_CONTAINS, BI_ARRAY_INDEX_OF,
    /* map, set */
    BI_MAP_LEN, BI_MAP_CONTAINS, BI_MAP_INSERT, BI_MAP_REMOVE, BI_MAP_KEYS, BI_MAP_VALUES,
    BI_SET_LEN, BI_SET_CONTAINS, BI_SET_INSERT, BI_SET_REMOVE, BI_SET_TO_ARRAY,
    /* bytes */
    BI_BYTES_LEN, BI_BYTES_PUSH, BI_BYTES_TO_STRING,
    /* tasks and channels */
    BI_TASK_GET,           /* fallible unless its origin is known to be infallible */
    BI_TASK_DETACH,
    BI_SENDER_SEND, BI_SENDER_TRY_SEND, BI_SENDER_CLOSE,        /* the first two are fallible */
    BI_RECEIVER_RECV, BI_RECEIVER_TRY_RECV,                     /* fallible */
} Builtin;

#endif
