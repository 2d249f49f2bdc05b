"""How each sample client's data are shaped: words and shares of its segments, volumes, scores, prices, weekdays."""

from __future__ import annotations

from dataclasses import dataclass

Shares = tuple[tuple[str, float], ...]

# Relative volume by hour of the local day: a desk (tickets), a telephone line that closes at night, a shop.
HOURS: dict[str, tuple[float, ...]] = {
    "desk": (1, 1, 1, 1, 1, 2, 5, 10, 20, 26, 27, 25, 21, 22, 24, 23, 20, 16, 12, 10, 9, 7, 4, 2),
    "phone": (0, 0, 0, 0, 0, 0, 0, 6, 22, 30, 29, 25, 20, 21, 24, 23, 20, 14, 8, 5, 0, 0, 0, 0),
    "shop": (3, 2, 1, 1, 1, 2, 5, 9, 13, 16, 18, 20, 22, 19, 16, 16, 17, 19, 22, 26, 28, 24, 15, 7),
}

# Relative volume by month, January to December: a quiet summer, a busy end of the year.
MONTHS = (1.00, 0.95, 1.00, 0.99, 1.00, 0.98, 0.95, 0.94, 1.00, 1.02, 1.07, 1.10)


@dataclass(frozen=True)
class Shape:
    """The shape of one client's data. Shares sum to 1; score shapes run from the lowest point to the highest.

    The seeds were looked for: with them the fall comes out near what the story says, chance moves no other large region
    in that month, and the small regions stay small in every month. So the sample shows how cxlab reads data; it is no
    evidence that it reads them well.
    """

    seed: int
    regions: Shares
    products: Shares
    channels: Shares  # of tickets, in the order email, telephone, chat, social
    asked_by: Shares  # channels of surveys
    categories: tuple[str, str, str, str]  # of quality reviews; the last one is yes or no
    weekdays: tuple[float, ...]  # Monday to Sunday
    price: float  # median purchase
    coin: float  # purchases are rounded to this
    recommend: tuple[float, ...]
    satisfaction: tuple[float, ...]
    effort: tuple[float, ...]
    quality: tuple[float, ...]


SHAPES: dict[str, Shape] = {
    "harbour": Shape(
        seed=2026028,
        regions=(
            ("South", 0.300),
            ("Central", 0.260),
            ("North", 0.240),
            ("Wales", 0.171),
            ("Scotland", 0.025),
            ("Channel Islands", 0.004),
        ),
        products=(("Boots", 0.34), ("Tents", 0.27), ("Jackets", 0.24), ("Rucksacks", 0.15)),
        channels=(("email", 0.46), ("phone", 0.22), ("chat", 0.24), ("social", 0.08)),
        asked_by=(("email", 0.62), ("SMS", 0.25), ("app", 0.13)),
        categories=("tone", "solution", "clarity", "records"),
        weekdays=(1.20, 1.10, 1.05, 1.00, 1.00, 0.60, 0.45),
        price=42.0,
        coin=0.01,
        recommend=(0.020, 0.008, 0.012, 0.015, 0.015, 0.045, 0.050, 0.100, 0.170, 0.170, 0.395),
        satisfaction=(0.06, 0.05, 0.11, 0.30, 0.48),
        effort=(0.03, 0.04, 0.06, 0.12, 0.20, 0.27, 0.28),
        quality=(0.03, 0.05, 0.14, 0.38, 0.40),
    ),
    "songhan": Shape(
        seed=2026270,
        regions=(
            ("Miền Nam", 0.340),
            ("Miền Bắc", 0.290),
            ("Miền Trung", 0.260),
            ("Đồng bằng sông Cửu Long", 0.081),
            ("Tây Nguyên", 0.025),
            ("Côn Đảo", 0.004),
        ),
        products=(("Tủ lạnh", 0.28), ("Máy giặt", 0.26), ("Điều hòa", 0.25), ("Ti vi", 0.21)),
        channels=(("email", 0.18), ("điện thoại", 0.34), ("trò chuyện", 0.30), ("mạng xã hội", 0.18)),
        asked_by=(("SMS", 0.48), ("ứng dụng", 0.32), ("email", 0.20)),
        categories=("thái độ", "giải pháp", "rõ ràng", "ghi nhận"),
        weekdays=(1.10, 1.05, 1.00, 1.00, 1.05, 0.85, 0.60),
        price=650_000.0,
        coin=1_000.0,
        recommend=(0.015, 0.005, 0.008, 0.012, 0.015, 0.050, 0.045, 0.090, 0.190, 0.200, 0.370),
        satisfaction=(0.04, 0.04, 0.12, 0.34, 0.46),
        effort=(0.03, 0.03, 0.06, 0.13, 0.21, 0.28, 0.26),
        quality=(0.03, 0.05, 0.15, 0.40, 0.37),
    ),
    "niloofar": Shape(
        seed=2027094,
        regions=(
            ("تهران", 0.340),
            ("اصفهان", 0.260),
            ("خراسان رضوی", 0.220),
            ("فارس", 0.151),
            ("یزد", 0.025),
            ("ایلام", 0.004),
        ),
        products=(("فرش", 0.30), ("ظروف آشپزخانه", 0.28), ("پارچه", 0.24), ("چای و ادویه", 0.18)),
        channels=(("ایمیل", 0.14), ("تلفن", 0.40), ("گفت‌وگو", 0.30), ("شبکه‌های اجتماعی", 0.16)),
        asked_by=(("پیامک", 0.58), ("برنامک", 0.27), ("ایمیل", 0.15)),
        categories=("لحن", "راه‌حل", "روشنی", "ثبت پرونده"),
        weekdays=(1.05, 1.00, 1.00, 0.70, 0.35, 1.20, 1.10),
        price=18_000_000.0,
        coin=10_000.0,
        recommend=(0.045, 0.012, 0.012, 0.015, 0.015, 0.045, 0.040, 0.080, 0.140, 0.150, 0.446),
        satisfaction=(0.08, 0.05, 0.10, 0.25, 0.52),
        effort=(0.04, 0.04, 0.06, 0.11, 0.18, 0.26, 0.31),
        quality=(0.04, 0.06, 0.14, 0.34, 0.42),
    ),
}
