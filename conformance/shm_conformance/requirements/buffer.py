"""What buf, size and repr promise: the memory itself, as a memoryview."""

from shm_conformance.requirements._requirement import must, should

BUF = "SharedMemory.buf: a memoryview of contents"
EXAMPLE = "SharedMemory: the low-level example"
NUMPY = "SharedMemory: the NumPy example"
VIEW = BUF + "; memoryview"
REQUIREMENTS = (
    must(
        "shm.buf.is-a-memoryview",
        "buf is a memoryview.",
        BUF,
    ),
    must(
        "shm.buf.covers-the-block",
        "buf has as many bytes as size says.",
        BUF,
    ),
    should(
        "shm.buf.shows-bytes",
        "buf shows single unsigned bytes, in one dimension, one after the other.",
        BUF + ", indexed by byte in the examples",
    ),
    must(
        "shm.buf.is-writable",
        "buf is writable, for the creator and for all who attach.",
        EXAMPLE,
    ),
    should(
        "shm.buf.cannot-be-set",
        "To assign to buf raises AttributeError, and buf stays.",
        BUF + "; name and size are read-only",
    ),
    must(
        "shm.buf.assignments-are-shared",
        "What is assigned to an index or a slice of buf, another process reads.",
        EXAMPLE,
        smoke=True,
    ),
    must(
        "shm.buf.every-byte-is-shared",
        "Every byte of a block of many pages reaches another process, in its place.",
        BUF,
    ),
    must(
        "shm.buf.slices-are-views",
        "A slice of buf is a view: writes into it reach the block, and the reverse.",
        VIEW,
    ),
    should(
        "shm.buf.casts-are-views",
        "A cast of buf to another format is a view of the block.",
        VIEW,
    ),
    should(
        "shm.buf.takes-struct-and-ctypes",
        "struct and ctypes can work in the block through buf.",
        VIEW + " with a writable buffer",
    ),
    must(
        "shm.buf.ndarray-is-shared",
        "A NumPy array on buf shows what another process writes through its own.",
        NUMPY,
    ),
    should(
        "shm.buf.length-is-fixed",
        "A slice takes only as many bytes as it has; the block stays as it was.",
        VIEW,
    ),
    should(
        "shm.buf.ends-with-the-block",
        "An index beyond the last byte raises IndexError.",
        VIEW,
    ),
    must(
        "shm.size.is-an-integer",
        "size is an int.",
        "SharedMemory.size: size in bytes",
    ),
    must(
        "shm.size.is-read-only",
        "To assign to size raises AttributeError, and size stays.",
        "SharedMemory.size: read-only access",
    ),
    should(
        "shm.repr.shows-name-and-size",
        "The repr of a handle contains its name and its size.",
        "CPython's own tests",
    ),
)
