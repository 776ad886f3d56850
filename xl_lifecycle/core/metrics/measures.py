"""What a team records: the columns of the input tables.

To add a measure, add one entry here. It gives the column, its header, how it adds up over time and over channels, and
the source of its definition. The translations of its header and definition are in the words of each language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xl_lifecycle.core.language.text import Label
from xl_lifecycle.core.language.vocabulary import Across, Better, InputTable, OverTime, Timing, Unit

COSTS, ATTRACT, CAPTURE, NURTURE, CONVERT, EXPAND, ITEMS = InputTable
CURRENCY, COUNT, POINTS, HOURS = Unit.CURRENCY, Unit.COUNT, Unit.POINTS, Unit.HOURS
DAYS, SECONDS, RANK, INDEX = Unit.DAYS, Unit.SECONDS, Unit.RANK, Unit.INDEX
HIGHER, LOWER, NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
LEADING, LAGGING, INPUT = Timing.LEADING, Timing.LAGGING, Timing.INPUT

COMPANY: tuple[str, ...] = ()
SOCIAL, MEDIA, EMAIL = ("Social media",), ("Events & PR",), ("Email",)
MAIL, REFERRAL = ("Direct mail",), ("Referral",)

ACT_ON_1 = "Act-On, Customer lifecycle metrics, part 1: Attract (2017)"
ACT_ON_JOURNEY = "Act-On, Customer journey map (2015)"
FANNIT = "FANNIT, 8 marketing KPI examples (2021)"
B2B_19 = "19 B2B marketing KPIs (2022)"
B2B_4 = "Four key metric groups for B2B marketers (2016)"


@dataclass(frozen=True)
class Measure:
    """A recorded quantity.

    over_time, across: how months, and channels or campaigns, make one value. weight: the measure that weights a
    weighted mean. negative: whether a value below zero can be right. channels: which of the usual channels have it;
    () if it is recorded for the whole company only, None if every channel has it.
    """

    name: str
    table: InputTable
    unit: Unit
    better: Better
    timing: Timing
    title: str
    definition: str
    source: str
    seeds: tuple[str, ...]
    over_time: OverTime = OverTime.SUM
    across: Across = Across.SUM
    weight: str | None = None
    negative: bool = False
    channels: tuple[str, ...] | None = None

    @cached_property
    def label(self) -> Label:
        """The header of its columns."""
        return Label(self.title, "measures")

    @cached_property
    def in_formula(self) -> Label:
        """Its name in formulas and notes: in English its Python name."""
        return Label(self.title, "measures", english=self.name)


@dataclass(frozen=True)
class ItemKind:
    """A kind of thing recorded one by one in Items: `keyword:crm software` means its main measure."""

    name: str
    main: str
    title: str
    seeds: tuple[str, ...]

    @cached_property
    def label(self) -> Label:
        """Its name in cells."""
        return Label(self.title, "kinds")


MEASURES: tuple[Measure, ...] = (
    # Costs: what is put in.
    Measure("spend", COSTS, CURRENCY, NEITHER, INPUT, "Marketing spend",
            "Money spent on marketing in the month: media, campaigns, sponsorships.", FANNIT, ("M33",)),
    Measure("other_marketing_cost", COSTS, CURRENCY, NEITHER, INPUT,
            "Other marketing cost",
            "Marketing salaries, agencies and tools, as far as they are not in marketing spend.",
            "HubSpot, loaded customer acquisition cost", ("M56",), channels=COMPANY),
    Measure("sales_cost", COSTS, CURRENCY, NEITHER, INPUT, "Sales cost",
            "Salaries, commissions and tools of the sales team.",
            "HubSpot, loaded customer acquisition cost", ("M56",), channels=COMPANY),
    # Attract: being found.
    Measure("impressions", ATTRACT, COUNT, HIGHER, LEADING, "Impressions",
            "Times an ad, post or search result was shown.", ACT_ON_JOURNEY, ("M11",)),
    Measure("clicks", ATTRACT, COUNT, HIGHER, LEADING, "Clicks",
            "Clicks on those ads, posts or search results.", B2B_19, ("M29",)),
    Measure("ad_conversions", ATTRACT, COUNT, HIGHER, LEADING, "Ad conversions",
            "Conversions as the ad platform counts them, including fractions; not the CRM's leads.",
            "Google Ads campaign report", ("M31",)),
    Measure("visitors", ATTRACT, COUNT, HIGHER, LEADING, "Visitors",
            "Different people who visited the website in the month, by the channel that brought them. "
            "They do not add up over months; as a denominator they are visitor-months.",
            ACT_ON_1, ("M01", "M02", "M21"), over_time=OverTime.NONE),
    Measure("sessions", ATTRACT, COUNT, HIGHER, LEADING, "Sessions",
            "Visits to the website; one person may make several.", B2B_19, ("M02", "M22")),
    Measure("engaged_sessions", ATTRACT, COUNT, HIGHER, LEADING,
            "Engaged sessions",
            "Sessions over 10 seconds, with a key event, or with two or more page views.",
            "Google Analytics 4, engagement rate", ("M04",)),
    Measure("page_views", ATTRACT, COUNT, HIGHER, LEADING, "Page views",
            "Pages viewed on the website.", B2B_19, ("M03",)),
    Measure("page_seconds", ATTRACT, SECONDS, HIGHER, LEADING, "Seconds on pages",
            "Time visitors spent on pages, all views together, in seconds.", B2B_19, ("M05",)),
    Measure("followers", ATTRACT, COUNT, HIGHER, LEADING, "Followers",
            "Followers at the end of the month, over a fixed set of networks.", ACT_ON_1, ("M06",), over_time=OverTime.LAST, channels=SOCIAL),
    Measure("reach", ATTRACT, COUNT, HIGHER, LEADING, "Reach",
            "Different people who saw the content. Reach adds up neither over months nor over networks.",
            B2B_19, ("M09",), over_time=OverTime.NONE, across=Across.NONE, channels=SOCIAL),
    Measure("likes", ATTRACT, COUNT, HIGHER, LEADING, "Likes",
            "Likes and other reactions.", B2B_19, ("M10",), channels=SOCIAL),
    Measure("comments", ATTRACT, COUNT, HIGHER, LEADING, "Comments",
            "Comments, including negative ones.", B2B_19, ("M10",), channels=SOCIAL),
    Measure("shares", ATTRACT, COUNT, HIGHER, LEADING, "Shares",
            "Times content was shared.", ACT_ON_1, ("M08", "M10", "M14"), channels=SOCIAL),
    Measure("content_consumers", ATTRACT, COUNT, HIGHER, LEADING, "Content consumers",
            "Different people who read, watched or downloaded content in the month.",
            ACT_ON_JOURNEY, ("M13",), over_time=OverTime.NONE),
    Measure("press_releases", ATTRACT, COUNT, HIGHER, LEADING, "Press releases",
            "Press releases created and distributed.", ACT_ON_1, ("M15",), channels=MEDIA),
    Measure("articles", ATTRACT, COUNT, HIGHER, LEADING, "Articles picked up",
            "Articles by blogs and media outlets about the company.", ACT_ON_1, ("M16", "M23"), channels=MEDIA),
    Measure("referral_visits", ATTRACT, COUNT, HIGHER, LEADING, "Visits from media",
            "Visits that came from those articles and mentions.", B2B_4, ("M23",), channels=MEDIA),
    Measure("events", ATTRACT, COUNT, HIGHER, LEADING, "Events attended",
            "Events, webinars and conferences attended, virtual or physical.", ACT_ON_1, ("M17",), channels=MEDIA),
    # Capture: knowing who they are.
    Measure("leads", CAPTURE, COUNT, HIGHER, LEADING, "Leads",
            "Verified new contacts in the marketing database. Fractions are kept: some tools report them.",
            FANNIT, ("M31",)),
    Measure("lead_goal", CAPTURE, COUNT, HIGHER, INPUT, "Lead goal",
            "Leads agreed as the goal for the month.", B2B_4, ("M32",)),
    Measure("lead_forecast", CAPTURE, COUNT, HIGHER, INPUT, "Lead forecast",
            "Leads projected for the month.", B2B_4, ("M32",)),
    Measure("lead_points", CAPTURE, POINTS, HIGHER, LEADING, "Lead score points",
            "Lead scores of the month's new leads, added up.", B2B_4, ("M35",)),
    Measure("known_visitors", CAPTURE, COUNT, HIGHER, LEADING, "Known visitors",
            "Content consumers who became known by name in the month.", ACT_ON_JOURNEY, ("M27",)),
    Measure("landing_page_visitors", CAPTURE, COUNT, HIGHER, LEADING,
            "Landing page visitors",
            "Visitors who reached a landing page, including those who do not convert.", B2B_4, ("M21", "M26"), over_time=OverTime.NONE),
    Measure("landing_page_actions", CAPTURE, COUNT, HIGHER, LEADING,
            "Landing page actions",
            "Landing page visitors who took the desired action.", B2B_19, ("M26",)),
    Measure("cta_views", CAPTURE, COUNT, HIGHER, LEADING, "CTA views",
            "Times a call to action was shown.", B2B_19, ("M29",)),
    Measure("cta_clicks", CAPTURE, COUNT, HIGHER, LEADING, "CTA clicks",
            "Clicks on a call to action.", B2B_19, ("M28", "M29")),
    Measure("event_leads", CAPTURE, COUNT, HIGHER, LEADING, "Leads from events",
            "Leads obtained at events, webinars and conferences.", ACT_ON_1, ("M18",), channels=MEDIA),
    # Nurture: becoming ready to buy.
    Measure("mqls", NURTURE, COUNT, HIGHER, LEADING, "MQLs",
            "Leads that became marketing-qualified in the month, by the definition agreed with sales.",
            B2B_19, ("M36",)),
    Measure("program_entrants", NURTURE, COUNT, HIGHER, LEADING, "Program entrants",
            "Leads that entered an automated program.", ACT_ON_JOURNEY, ("M38",), channels=COMPANY),
    Measure("program_qualified", NURTURE, COUNT, HIGHER, LEADING,
            "Program leads qualified",
            "Entrants of an automated program who became qualified.", ACT_ON_JOURNEY, ("M38",), channels=COMPANY),
    Measure("nurtured_revenue", NURTURE, CURRENCY, HIGHER, LAGGING, "Nurtured revenue",
            "Revenue from sales to nurtured leads.", ACT_ON_JOURNEY, ("M40",), negative=True, channels=COMPANY),
    Measure("nurtured_sales", NURTURE, COUNT, HIGHER, LAGGING, "Nurtured sales",
            "Sales to nurtured leads.", ACT_ON_JOURNEY, ("M40",), channels=COMPANY),
    Measure("other_revenue", NURTURE, CURRENCY, HIGHER, LAGGING, "Not-nurtured revenue",
            "Revenue from sales to leads that were not nurtured.", ACT_ON_JOURNEY, ("M40",), negative=True, channels=COMPANY),
    Measure("other_sales", NURTURE, COUNT, HIGHER, LAGGING, "Not-nurtured sales",
            "Sales to leads that were not nurtured.", ACT_ON_JOURNEY, ("M40",), channels=COMPANY),
    Measure("delivered", NURTURE, COUNT, HIGHER, LEADING, "Emails delivered",
            "Emails that arrived: sent less bounced.", B2B_19, ("M41", "M42", "M43"), channels=EMAIL),
    Measure("unique_opens", NURTURE, COUNT, HIGHER, LEADING, "Unique opens",
            "Recipients who opened, counted once per email.", B2B_19, ("M41",), channels=EMAIL),
    Measure("unique_clicks", NURTURE, COUNT, HIGHER, LEADING, "Unique clicks",
            "Recipients who clicked, counted once per email.", B2B_19, ("M42",), channels=EMAIL),
    Measure("unsubscribes", NURTURE, COUNT, LOWER, LEADING, "Unsubscribes",
            "Recipients who no longer want mail.", B2B_19, ("M43",), channels=EMAIL),
    Measure("customer_delivered", NURTURE, COUNT, HIGHER, LEADING,
            "Emails to customers",
            "Emails delivered to existing customers.", B2B_4, ("M48",), channels=EMAIL),
    Measure("customer_opt_outs", NURTURE, COUNT, LOWER, LEADING,
            "Customer opt-outs",
            "Existing customers who opted out of mail.", B2B_4, ("M48",), channels=EMAIL),
    Measure("list_size", NURTURE, COUNT, HIGHER, LEADING, "Email list size",
            "Addresses on the list at the end of the month.", B2B_19, ("M44",), over_time=OverTime.LAST, channels=EMAIL),
    Measure("invalid_addresses", NURTURE, COUNT, LOWER, LEADING, "Invalid addresses",
            "Duplicates, misspelt and closed addresses on the list at the end of the month.",
            B2B_19, ("M44",), over_time=OverTime.LAST, channels=EMAIL),
    Measure("community_members", NURTURE, COUNT, HIGHER, LEADING, "Community members",
            "Members of public and private communities at the end of the month.", B2B_4, ("M45",), over_time=OverTime.LAST, channels=COMPANY),
    Measure("community_actives", NURTURE, COUNT, HIGHER, LEADING,
            "Active members",
            "Different members who posted or replied in the month.", B2B_4, ("M46",), over_time=OverTime.NONE, channels=COMPANY),
    Measure("community_posts", NURTURE, COUNT, HIGHER, LEADING, "Community posts",
            "Posts and replies in the communities.", B2B_4, ("M46",), channels=COMPANY),
    Measure("answer_hours", NURTURE, HOURS, LOWER, LEADING, "Median hours to answer",
            "Median hours from a user's question to its answer; unanswered questions count as still running. "
            "Medians add up neither over months nor over channels.", B2B_4, ("M47",), over_time=OverTime.NONE, across=Across.NONE, channels=COMPANY),
    # Convert: buying.
    Measure("sqls", CONVERT, COUNT, HIGHER, LEADING, "SQLs",
            "Leads that became sales-qualified in the month: a demo asked for, a call booked.", B2B_19, ("M49",)),
    Measure("opportunities", CONVERT, COUNT, HIGHER, LAGGING, "Opportunities",
            "Deals opened in the month.", ACT_ON_JOURNEY, ("M51",)),
    Measure("closed_deals", CONVERT, COUNT, HIGHER, LAGGING, "Deals closed",
            "Deals decided in the month: won, lost, or ended without a decision.", ACT_ON_JOURNEY, ("M52", "M53")),
    Measure("won_deals", CONVERT, COUNT, HIGHER, LAGGING, "Deals won",
            "Deals won in the month.", ACT_ON_JOURNEY, ("M52", "M55")),
    Measure("no_decision_deals", CONVERT, COUNT, LOWER, LAGGING, "Deals without decision",
            "Deals that ended without a decision.", ACT_ON_JOURNEY, ("M53",)),
    Measure("days_to_close", CONVERT, DAYS, LOWER, LAGGING, "Median days to close",
            "Median days from the day a lead or, where that is not known, its deal was created to the day the deal was won; "
            "of the deals won in the month. Medians add up neither over months nor over channels.",
            "HubSpot, deal property Days to close", ("M55",), over_time=OverTime.NONE, across=Across.NONE),
    Measure("quotes", CONVERT, COUNT, HIGHER, LEADING, "Quotes",
            "Quotes or estimates given.", FANNIT, ("M59",)),
    Measure("sales", CONVERT, COUNT, HIGHER, LAGGING, "Sales",
            "Sales made in the month; one customer may make several.", FANNIT, ("M57", "M59", "M60")),
    Measure("sales_revenue", CONVERT, CURRENCY, HIGHER, LAGGING, "Sales revenue",
            "Revenue of those sales.", FANNIT, ("M62",), negative=True),
    Measure("direct_cost", CONVERT, CURRENCY, LOWER, LAGGING, "Direct cost of sales",
            "What delivering those sales costs.", FANNIT, ("M63",), negative=True),
    Measure("new_customers", CONVERT, COUNT, HIGHER, LAGGING, "New customers",
            "Companies or people whose first sale was won in the month, or who were won back after a lapse.", FANNIT, ("M56",)),
    Measure("new_revenue", CONVERT, CURRENCY, HIGHER, LAGGING, "New sales revenue",
            "Revenue from new customers.", FANNIT, ("M61",), negative=True),
    Measure("mail_pieces", CONVERT, COUNT, NEITHER, INPUT, "Mail pieces sent",
            "Postcards and letters sent.", FANNIT, ("M65",), channels=MAIL),
    Measure("mail_responses", CONVERT, COUNT, HIGHER, LAGGING, "Mail responses",
            "Answers to postcards and letters.", FANNIT, ("M65",), channels=MAIL),
    # Expand: staying and growing.
    Measure("customers_start", EXPAND, COUNT, HIGHER, LAGGING, "Customers at start",
            "Customers on the first day of the month.", B2B_19, ("M72",), over_time=OverTime.FIRST),
    Measure("customers_end", EXPAND, COUNT, HIGHER, LAGGING, "Customers at end",
            "Customers on the last day of the month.", B2B_19, ("M72",), over_time=OverTime.LAST),
    Measure("existing_revenue", EXPAND, CURRENCY, HIGHER, LAGGING,
            "Revenue from existing customers",
            "Revenue from customers won in earlier months.", ACT_ON_JOURNEY, ("M71",), negative=True),
    Measure("renewals", EXPAND, COUNT, HIGHER, LAGGING, "Renewals",
            "Resells and renewals.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("upsells", EXPAND, COUNT, HIGHER, LAGGING, "Upsells",
            "Existing customers who bought more or bigger.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("cross_sells", EXPAND, COUNT, HIGHER, LAGGING, "Cross-sells",
            "Existing customers who bought something else too.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("buying_customers", EXPAND, COUNT, HIGHER, LAGGING, "Buying customers",
            "Different customers who bought in the month.", ACT_ON_JOURNEY, ("M69",), over_time=OverTime.NONE),
    Measure("repeat_customers", EXPAND, COUNT, HIGHER, LAGGING, "Repeat customers",
            "Buying customers who had bought before.", ACT_ON_JOURNEY, ("M69",), over_time=OverTime.NONE),
    Measure("program_revenue", EXPAND, CURRENCY, HIGHER, LAGGING,
            "Customer program revenue",
            "Revenue that customer marketing programs brought.", ACT_ON_JOURNEY, ("M68",), negative=True, channels=COMPANY),
    Measure("program_cost", EXPAND, CURRENCY, NEITHER, INPUT,
            "Customer program cost",
            "What those customer marketing programs cost.", ACT_ON_JOURNEY, ("M68",), channels=COMPANY),
    Measure("loyalty_members", EXPAND, COUNT, HIGHER, LAGGING, "Loyalty members",
            "Members of loyalty programs at the end of the month.", ACT_ON_JOURNEY, ("M70",), over_time=OverTime.LAST, channels=COMPANY),
    Measure("loyalty_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, "Loyalty revenue",
            "Revenue from loyalty program members.", ACT_ON_JOURNEY, ("M70",), negative=True, channels=COMPANY),
    Measure("referral_leads", EXPAND, COUNT, HIGHER, LAGGING, "Referral leads",
            "Leads that customers referred.", ACT_ON_JOURNEY, ("M74",), channels=REFERRAL),
    Measure("referral_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, "Referral revenue",
            "Revenue from leads that customers referred.", ACT_ON_JOURNEY, ("M74",), negative=True, channels=REFERRAL),
    Measure("web_leads", EXPAND, COUNT, HIGHER, LAGGING, "Web leads",
            "Leads from the website, to compare referrals with.", ACT_ON_JOURNEY, ("M74",), channels=COMPANY),
    Measure("web_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, "Web revenue",
            "Revenue from leads of the website.", ACT_ON_JOURNEY, ("M74",), negative=True, channels=COMPANY),
    Measure("responses", EXPAND, COUNT, HIGHER, LEADING, "NPS responses",
            "Answers to the question how likely one would refer us, 0 to 10.", B2B_4, ("M75", "M76"), channels=COMPANY),
    Measure("promoters", EXPAND, COUNT, HIGHER, LEADING, "Promoters",
            "Answers of 9 or 10.", B2B_4, ("M75",), channels=COMPANY),
    Measure("detractors", EXPAND, COUNT, LOWER, LEADING, "Detractors",
            "Answers of 0 to 6.", B2B_4, ("M75",), channels=COMPANY),
    Measure("referral_points", EXPAND, POINTS, HIGHER, LEADING, "NPS points",
            "Those answers (0 to 10), added up.", B2B_4, ("M76",), channels=COMPANY),
    Measure("satisfaction_responses", EXPAND, COUNT, HIGHER, LEADING,
            "Satisfaction responses",
            "Answers to the satisfaction survey.", B2B_4, ("M77",), channels=COMPANY),
    Measure("satisfaction_points", EXPAND, POINTS, HIGHER, LEADING,
            "Satisfaction points",
            "Satisfaction scores, added up.", B2B_4, ("M77",), channels=COMPANY),
    Measure("coded_answers", EXPAND, COUNT, NEITHER, LEADING, "Coded answers",
            "Free-text survey answers that were given a code; one item per code.", B2B_4, ("M78",), channels=COMPANY),
    Measure("usage_events", EXPAND, COUNT, HIGHER, LEADING, "Usage events",
            "Uses of the product or service.", B2B_4, ("M79",), channels=COMPANY),
    # Items only: what makes sense for one thing at a time.
    Measure("rank", ITEMS, RANK, LOWER, LEADING, "Rank",
            "Position of the site for a keyword, 1 is best. Over months: the mean weighted by impressions, "
            "as Search Console's Position is.", ACT_ON_1, ("M19",),
            over_time=OverTime.MEAN, across=Across.NONE, weight="impressions"),
    Measure("search_index", ITEMS, INDEX, HIGHER, LEADING, "Search index",
            "Google Trends index of a term, 0 to 100. Past values are restated with each pull.",
            ACT_ON_1, ("M20",), over_time=OverTime.NONE, across=Across.NONE),
    Measure("downloads", ITEMS, COUNT, HIGHER, LEADING, "Downloads",
            "Downloads of a content asset.", ACT_ON_1, ("M12",)),
    Measure("content_views", ITEMS, COUNT, HIGHER, LEADING, "Content views",
            "Views of a content asset.", ACT_ON_1, ("M12",)),
)  # fmt: skip

ITEM_KINDS: tuple[ItemKind, ...] = (
    ItemKind("keyword", "rank", "keyword", ("M19",)),
    ItemKind("term", "search_index", "term", ("M20",)),
    ItemKind("page", "landing_page_visitors", "page", ("M21", "M26")),
    ItemKind("asset", "downloads", "asset", ("M12",)),
    ItemKind("cta", "cta_clicks", "CTA", ("M28",)),
    ItemKind("program", "program_qualified", "program", ("M38",)),
    ItemKind("network", "followers", "network", ("M06", "M08")),
    ItemKind("event", "event_leads", "event", ("M18",)),
    ItemKind("customer program", "program_revenue", "customer program", ("M68",)),
    ItemKind("loyalty program", "loyalty_revenue", "loyalty program", ("M70",)),
    ItemKind("answer code", "coded_answers", "answer code", ("M78",)),
)  # fmt: skip


def called(name: str) -> Label:
    """The name of a measure in formulas and notes.

    >>> called("spend").everywhere
    ('spend', '마케팅 비용', 'マーケティング費用')
    """
    return _MEASURES[name].in_formula


_MEASURES = {measure.name: measure for measure in MEASURES}
