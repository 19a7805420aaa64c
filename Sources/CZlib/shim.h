#include <zlib.h>

/* inflateInit2 is a macro, which Swift cannot see. 15 + 32: the largest window, and zlib or gzip told by the header. */
static inline int inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

/* Raw deflate, which some senders mean by "deflate". */
static inline int inflate_init_raw(z_stream *stream) { return inflateInit2(stream, -15); }
