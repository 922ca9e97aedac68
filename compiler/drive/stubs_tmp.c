#include "compiler/drive/commands.h"
int command_doc(const Options *o) { (void)o; return 1; }
int command_completions(const Options *o) { (void)o; return 1; }
int command_man(const Options *o) { (void)o; return 1; }
int command_highlight(const Options *o) { (void)o; return 1; }
