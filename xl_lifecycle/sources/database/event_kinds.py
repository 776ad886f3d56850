"""The five kinds of events: their columns, and the names that these columns usually have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum


class Type(Enum):
    """The type of a column."""

    DATE = "dates"
    NUMBER = "numbers"
    TEXT = "text"


CHANNEL = ("channel", "source", "utm_source", "lead_source", "채널", "チャネル")
CAMPAIGN = ("campaign", "utm_campaign", "캠페인", "キャンペーン")
CURRENCY = ("currency", "currency_code", "통화", "通貨")
CUSTOMER = (
    "customer_id", "customer", "customer_number", "customer_no", "client_id", "account_id", "user_id", "buyer_id",
    "customer_email", "고객 ID", "고객번호", "고객", "회원번호", "顧客ID", "顧客番号", "顧客", "会員番号",
)  # fmt: skip
CREATED = ("created", "created_at", "create_date", "created_date", "created_on", "생성일", "作成日")


@dataclass(frozen=True)
class Kind:
    """A kind of events. title: the source, as a workbook shows it. columns: role -> usual names, the best one first.

    ours: roles; a file with columns for all of them is a log of this kind, whatever its name.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    types: Mapping[str, Type]
    required: tuple[str, ...]
    when: str
    ours: tuple[str, ...] = ()


def _kind(
    name: str, columns: dict[str, tuple[str, ...]], required: str, dates: str, ours: str = "", amount: bool = True
) -> Kind:
    columns = columns | {"channel": CHANNEL, "campaign": CAMPAIGN} | ({"currency": CURRENCY} if amount else {})
    types = {role: Type.DATE if role in dates.split() else Type.TEXT for role in columns}
    types |= {"amount": Type.NUMBER} if amount else {}
    return Kind(name, name.capitalize(), columns, types, tuple(required.split()), dates.split()[0], tuple(ours.split()))


# If two kinds have the same measure, the first of them counts: a contract before an order before a deal.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind(
            "subscriptions",
            {
                "customer": CUSTOMER,
                "started": ("started", "started_at", "start_date", "start", "시작일", "開始日"),
                "ended": ("ended", "ended_at", "end_date", "end", "canceled_at", "cancelled_at", "종료일", "終了日"),
                "amount": ("monthly_amount", "mrr", "monthly_price", "monthly_fee", "amount", "월 금액", "月額"),
            },
            required="customer started ended",
            dates="started ended",
            ours="customer started ended amount",
        ),
        _kind(
            "orders",
            {
                "when": (
                    "when", "date", "order_date", "ordered_at", "order_time", "created_at", "created", "invoice_date",
                    "purchase_date", "transaction_date", "timestamp", "주문일", "주문일시", "결제일", "구매일",
                    "注文日", "注文日時", "購入日",
                ),
                "customer": CUSTOMER,
                "amount": (
                    "amount", "total", "total_amount", "order_total", "order_value", "order_amount", "revenue",
                    "net_amount", "dollar_value", "금액", "결제 금액", "주문 금액", "金額", "注文金額", "購入金額",
                ),
                "id": ("id", "order_id", "order_number", "주문번호", "注文番号", "注文ID"),
            },
            required="when amount",
            dates="when",
            ours="when customer amount",
        ),
        _kind(
            "deals",
            {
                "id": ("id", "deal_id", "opportunity_id"),
                "created": CREATED,
                "closed": ("closed", "closed_at", "close_date", "closed_date", "마감일", "クローズ日"),
                "state": ("state", "status", "stage", "deal_stage", "상태", "ステータス"),
                "amount": ("amount", "value", "total", "금액", "金額"),
                "customer": (*CUSTOMER, "company_id", "company", "account"),
            },
            required="created closed state",
            dates="created closed",
        ),
        _kind(
            "leads",
            {
                "id": ("id", "lead_id", "contact_id", "email"),
                "created": CREATED,
                "mql": ("mql", "mql_date", "mql_at", "became_mql", "became_mql_date"),
                "sql": ("sql", "sql_date", "sql_at", "became_sql", "became_sql_date"),
            },
            required="created",
            dates="created mql sql",
            amount=False,
        ),
        _kind(
            "touches",
            {
                "when": (
                    "when", "visited_at", "touched_at", "timestamp", "time", "date", "session_start", "started_at",
                    "created_at", "방문일", "訪問日",
                ),
                "visitor": ("visitor", "visitor_id", "user_id", "client_id", "anonymous_id", "user_pseudo_id"),
            },
            required="when visitor",
            dates="when",
            amount=False,
        ),
    )
}  # fmt: skip


def find_columns(kind: Kind, columns: Iterable[str]) -> dict[str, str]:
    """Role -> its column, by the first of the role's usual names that exists.

    >>> find_columns(KINDS["orders"], ["customer_id", "date", "number_of_cds", "dollar_value"])
    {'when': 'date', 'customer': 'customer_id', 'amount': 'dollar_value'}
    """
    plain = {_plain(column): column for column in reversed(list(columns))}
    result: dict[str, str] = {}
    for role, names in kind.columns.items():
        for name in names:
            column = plain.get(_plain(name))
            if column is not None and column not in result.values():
                result[role] = column
                break
    return result


def kind_of_columns(columns: Iterable[str]) -> Kind | None:
    """The kind whose log has these columns, whatever the name of the file."""
    columns = list(columns)
    for kind in KINDS.values():
        if kind.ours and set(kind.ours) <= find_columns(kind, columns).keys():
            return kind
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
