"""How far apart two words are."""


def count_edits(one: str, other: str, limit: int) -> int | None:
    """How many letters to add, drop, change or swap with their neighbour; None above `limit`."""
    if abs(len(one) - len(other)) > limit:
        return None
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, facing in enumerate(other, 1):
            edits = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (letter != facing))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing
            current.append(min(edits, before[column - 2] + 1) if swapped else edits)
        if min(current) > limit:
            return None
        before, above = above, current
    return above[-1] if above[-1] <= limit else None
