"""Pass rates from exact integers: half up, with the number of decimals that the profile gives the figure."""

from __future__ import annotations


def rate(part: int, whole: int, decimals: int) -> str | None:
    """``part`` of ``whole`` in per cent, such as ``"99.4%"``; ``None`` where there is nothing to divide by.

    A hundred is always ``"100%"``, without decimals. Raises ValueError for counts that cannot be.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"合格率无法计算：{part}/{whole} 不成立，应为 0 ≤ 合格数 ≤ 检查数")
    if decimals < 0:
        raise ValueError(f"合格率的小数位数不能为 {decimals}")
    if whole == 0:
        return None
    unit = 10**decimals
    rounded = (200 * part * unit + whole) // (2 * whole)
    if rounded == 100 * unit:
        return "100%"
    percent, fraction = divmod(rounded, unit)
    return f"{percent}.{fraction:0{decimals}d}%" if decimals else f"{percent}%"


def decimals_of(text: str) -> int:
    """How many decimals a rate was written with: ``"99.4%"`` → 1."""
    return len(text.rstrip("%").partition(".")[2])
