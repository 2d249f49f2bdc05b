"""Comments of the sample's customers: two short sentences each, by mood (happy, fair, unhappy, kept waiting)."""

from __future__ import annotations


def _pairs(first: str, second: str) -> tuple[str, ...]:
    """Every sentence of `first` followed by every sentence of `second` (one on a line), and the first ones alone."""
    ones, twos = (tuple(line.strip() for line in text.strip().splitlines()) for text in (first, second))
    return (*ones, *(f"{one} {two}" for one in ones for two in twos))


_HARBOUR = (
    _pairs(
        """Great service.
        Very pleased with my order.
        Exactly what I needed.
        Friendly and quick help.
        I will be back.
        Spot on from start to finish.
        Good kit at a fair price.""",
        """It arrived a day early.
        The advice on sizes was right.
        The person on chat knew the product.
        It held up well in the rain.
        Returning the first pair was easy.
        I have told my walking group.
        The parcel was packed with care.""",
    ),
    _pairs(
        """Fine overall.
        Good product, average service.
        Mostly happy.
        It does the job.
        No complaints, nothing special.""",
        """Delivery could be faster.
        The website was a bit confusing.
        The zip feels light for the price.
        I had to ask twice.
        The colour is not quite as shown.
        More sizes would help.""",
    ),
    _pairs(
        """Disappointed.
        Not what I expected.
        I would not order again.
        Poor quality for the price.
        This was hard work.""",
        """The seam gave way after a week.
        The wrong item came and I had to pay for the return.
        The parcel sat in the depot for days.
        I was passed from one person to the next.
        The refund is still missing.
        The size guide is wrong.""",
    ),
    _pairs(
        """I waited far too long for a reply.
        Nobody answered for hours.
        Slow to respond.
        The first answer took ages.""",
        """By then the trip was over.
        I had to write three times.
        It used to be much quicker.
        In the end it was solved, but late.
        A short note would have been enough.""",
    ),
)

_SONGHAN = (
    _pairs(
        """Rất hài lòng.
        Dịch vụ tốt, nhân viên nhiệt tình.
        Giao hàng nhanh.
        Sẽ tiếp tục ủng hộ.
        Sản phẩm đúng như mô tả.
        Giá hợp lý.
        Tư vấn rõ ràng, dễ hiểu.""",
        """Lắp đặt gọn gàng, sạch sẽ.
        Máy chạy êm và tiết kiệm điện.
        Tôi đã giới thiệu cho bạn bè.
        Nhân viên gọi trước khi đến.
        Đổi trả rất thuận tiện.
        Bảo hành được xử lý ngay trong ngày.""",
    ),
    _pairs(
        """Nhìn chung là ổn.
        Tạm được.
        Sản phẩm tốt, dịch vụ bình thường.
        Không có gì để chê.
        Cũng khá hài lòng.""",
        """Giao hàng nên nhanh hơn một chút.
        Ứng dụng hơi khó dùng.
        Tôi phải hỏi lại hai lần.
        Hướng dẫn sử dụng còn sơ sài.
        Phí lắp đặt nên báo trước.""",
    ),
    _pairs(
        """Thất vọng.
        Không như quảng cáo.
        Tôi sẽ không mua lại.
        Chất lượng kém so với giá.
        Mất quá nhiều công sức.""",
        """Máy hỏng sau một tuần sử dụng.
        Giao nhầm hàng mà đổi rất lâu.
        Bị chuyển qua nhiều bộ phận.
        Đến nay vẫn chưa được hoàn tiền.
        Thợ lắp đặt đến trễ nửa ngày.""",
    ),
    _pairs(
        """Chờ phản hồi quá lâu.
        Nhiều giờ liền không ai trả lời.
        Phản hồi chậm.
        Nhắn tin mãi mới có người trả lời.""",
        """Trước đây nhanh hơn nhiều.
        Tôi phải liên hệ ba lần.
        Cuối cùng cũng xong nhưng quá muộn.
        Lẽ ra nên báo cho khách biết.
        Trong lúc chờ, tủ lạnh không dùng được.""",
    ),
)

_NILOOFAR = (
    _pairs(
        """خیلی راضی هستم.
        برخورد کارکنان عالی بود.
        سریع به دستم رسید.
        کیفیت کالا همان بود که نوشته بودید.
        باز هم خرید می‌کنم.
        قیمت‌ها منصفانه است.
        راهنمایی‌ها روشن و کامل بود.""",
        """بسته‌بندی تمیز و محکم بود.
        به دوستانم هم معرفی کردم.
        مرجوع کردن کالا آسان بود.
        پیش از ارسال تماس گرفتند.
        رنگ‌ها درست مثل عکس بود.
        پشتیبان کالا را خوب می‌شناخت.""",
    ),
    _pairs(
        """در کل خوب بود.
        بد نبود.
        کالا خوب، خدمات معمولی.
        تقریباً راضی‌ام.
        مشکلی نبود، ولی چیز خاصی هم نداشت.""",
        """ارسال می‌توانست سریع‌تر باشد.
        کار با برنامک کمی سخت است.
        مجبور شدم دوباره بپرسم.
        تنوع رنگ‌ها کم است.
        هزینهٔ ارسال را باید زودتر بگویید.""",
    ),
    _pairs(
        """راضی نبودم.
        انتظار بیشتری داشتم.
        دیگر خرید نمی‌کنم.
        کیفیت نسبت به قیمت پایین است.
        خیلی دردسر داشت.""",
        """کالای اشتباه فرستادند.
        هنوز پولم برنگشته است.
        مدام از بخشی به بخش دیگر وصل می‌شدم.
        جنس بعد از یک هفته خراب شد.
        بسته آسیب دیده بود.""",
    ),
    _pairs(
        """خیلی منتظر پاسخ ماندم.
        چند ساعت کسی جواب نداد.
        پاسخ‌گویی کند است.
        اولین جواب خیلی دیر رسید.""",
        """قبلاً بسیار سریع‌تر بودید.
        سه بار پیام دادم.
        سرانجام حل شد، اما دیر.
        کاش دست‌کم خبر می‌دادید.
        دیگر به کارم نمی‌آمد.""",
    ),
)

COMMENTS: dict[str, tuple[tuple[str, ...], ...]] = {"harbour": _HARBOUR, "songhan": _SONGHAN, "niloofar": _NILOOFAR}
