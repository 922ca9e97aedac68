/*
 * trait.h - trait values, for emitted C.
 *
 * A value of a trait is two words: struct { void *object; const t_R_table *table; }. The table
 * belongs to one class and one trait and is static; its first entry copies the object deeply, for
 * spawn (NULL: no spawn copies values of this trait). A nullable one has object NULL for none.
 * Values are equal when their objects are the same.
 */
#ifndef PLUTO_TRAIT_H
#define PLUTO_TRAIT_H

#define RT_SAME_OBJECT(x, y) ((x).object == (y).object)

#endif
