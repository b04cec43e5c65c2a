"""Varints as protobuf writes them, in PMTiles directories and vector tiles."""


def read_varints(body: bytes) -> list[int]:
    """All numbers of a packed field.

    Raises:
        ValueError: a number has more than 64 bits.
    """
    numbers = []
    value = shift = 0
    for byte in body:
        if byte < 0x80:
            numbers.append(value | byte << shift)
            value = shift = 0
        else:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("number too long")
    return numbers
