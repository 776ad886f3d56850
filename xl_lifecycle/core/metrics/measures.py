"""What a team records: the columns of the input tables.

Adding a measure is one entry here: its column, its header in three languages, how it adds up over time and
over channels, and where its definition comes from all follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from xl_lifecycle.core.language.vocabulary import Across, Better, Labels, OverTime, Table, Timing, Unit

COSTS, ATTRACT, CAPTURE, NURTURE, CONVERT, EXPAND, ITEMS = Table
CURRENCY, COUNT, POINTS, HOURS, DAYS, SECONDS, RANK, INDEX = (
    Unit.CURRENCY, Unit.COUNT, Unit.POINTS, Unit.HOURS, Unit.DAYS, Unit.SECONDS, Unit.RANK, Unit.INDEX
)  # fmt: skip
HIGHER, LOWER, NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
LEADING, LAGGING, INPUT = Timing.LEADING, Timing.LAGGING, Timing.INPUT

COMPANY, SOCIAL, MEDIA, EMAIL, MAIL, REFERRAL = (
    (), ("Social media",), ("Events & PR",), ("Email",), ("Direct mail",), ("Referral",)
)  # fmt: skip

ACT_ON_1 = "Act-On, Customer lifecycle metrics, part 1: Attract (2017)"
ACT_ON_JOURNEY = "Act-On, Customer journey map (2015)"
FANNIT = "FANNIT, 8 marketing KPI examples (2021)"
B2B_19 = "19 B2B marketing KPIs (2022)"
B2B_4 = "Four key metric groups for B2B marketers (2016)"


@dataclass(frozen=True)
class Measure:
    """A recorded quantity.

    over_time, across: how months, and channels or campaigns, make one value. weight: for a weighted mean, the
    measure that weighs it. negative: whether a value below zero can be right. channels: the only ones of the usual
    channels that have it, () where it is the whole company's; None for every channel.
    """

    name: str
    table: Table
    unit: Unit
    better: Better
    timing: Timing
    labels: Labels
    definition: str
    source: str
    seeds: tuple[str, ...]
    over_time: OverTime = OverTime.SUM
    across: Across = Across.SUM
    weight: str | None = None
    negative: bool = False
    channels: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ItemKind:
    """A kind of thing recorded one by one in Items: `keyword:crm software` means its main measure."""

    name: str
    main: str
    labels: Labels
    seeds: tuple[str, ...]


MEASURES: tuple[Measure, ...] = (
    # Costs: what is put in.
    Measure("spend", COSTS, CURRENCY, NEITHER, INPUT, ("Marketing spend", "마케팅 비용", "マーケティング費用"),
            "Money spent on marketing in the month: media, campaigns, sponsorships.", FANNIT, ("M33",)),
    Measure("other_marketing_cost", COSTS, CURRENCY, NEITHER, INPUT,
            ("Other marketing cost", "기타 마케팅 비용", "その他マーケティング費用"),
            "Marketing salaries, agencies and tools, as far as they are not in marketing spend.",
            "HubSpot, loaded customer acquisition cost", ("M56",), channels=COMPANY),
    Measure("sales_cost", COSTS, CURRENCY, NEITHER, INPUT, ("Sales cost", "영업 비용", "営業費用"),
            "Salaries, commissions and tools of the sales team.",
            "HubSpot, loaded customer acquisition cost", ("M56",), channels=COMPANY),
    # Attract: being found.
    Measure("impressions", ATTRACT, COUNT, HIGHER, LEADING, ("Impressions", "노출수", "表示回数"),
            "Times an ad, post or search result was shown.", ACT_ON_JOURNEY, ("M11",)),
    Measure("clicks", ATTRACT, COUNT, HIGHER, LEADING, ("Clicks", "클릭수", "クリック数"),
            "Clicks on those ads, posts or search results.", B2B_19, ("M29",)),
    Measure("ad_conversions", ATTRACT, COUNT, HIGHER, LEADING, ("Ad conversions", "광고 전환수", "広告コンバージョン"),
            "Conversions as the ad platform counts them, fractions included; not the CRM's leads.",
            "Google Ads campaign report", ("M31",)),
    Measure("visitors", ATTRACT, COUNT, HIGHER, LEADING, ("Visitors", "방문자수", "訪問者数"),
            "Different people who visited the website in the month, by the channel that brought them. "
            "They do not add up over months; as a denominator they are visitor-months.",
            ACT_ON_1, ("M01", "M02", "M21"), over_time=OverTime.NONE),
    Measure("sessions", ATTRACT, COUNT, HIGHER, LEADING, ("Sessions", "세션수", "セッション数"),
            "Visits to the website; one person may make several.", B2B_19, ("M02", "M22")),
    Measure("engaged_sessions", ATTRACT, COUNT, HIGHER, LEADING,
            ("Engaged sessions", "참여 세션수", "エンゲージのあったセッション数"),
            "Sessions over 10 seconds, with a key event, or with two or more page views.",
            "Google Analytics 4, engagement rate", ("M04",)),
    Measure("page_views", ATTRACT, COUNT, HIGHER, LEADING, ("Page views", "페이지뷰", "ページビュー数"),
            "Pages viewed on the website.", B2B_19, ("M03",)),
    Measure("page_seconds", ATTRACT, SECONDS, HIGHER, LEADING, ("Seconds on pages", "페이지 체류 시간(초)", "ページ滞在秒数"),
            "Time visitors spent on pages, all views together, in seconds.", B2B_19, ("M05",)),
    Measure("followers", ATTRACT, COUNT, HIGHER, LEADING, ("Followers", "팔로워수", "フォロワー数"),
            "Followers at the end of the month, over a fixed set of networks.", ACT_ON_1, ("M06",), over_time=OverTime.LAST, channels=SOCIAL),
    Measure("reach", ATTRACT, COUNT, HIGHER, LEADING, ("Reach", "도달", "リーチ"),
            "Different people who saw the content. Reach adds up neither over months nor over networks.",
            B2B_19, ("M09",), over_time=OverTime.NONE, across=Across.NONE, channels=SOCIAL),
    Measure("likes", ATTRACT, COUNT, HIGHER, LEADING, ("Likes", "좋아요", "いいね"),
            "Likes and other reactions.", B2B_19, ("M10",), channels=SOCIAL),
    Measure("comments", ATTRACT, COUNT, HIGHER, LEADING, ("Comments", "댓글", "コメント"),
            "Comments, negative ones included.", B2B_19, ("M10",), channels=SOCIAL),
    Measure("shares", ATTRACT, COUNT, HIGHER, LEADING, ("Shares", "공유", "シェア"),
            "Times content was shared.", ACT_ON_1, ("M08", "M10", "M14"), channels=SOCIAL),
    Measure("content_consumers", ATTRACT, COUNT, HIGHER, LEADING, ("Content consumers", "콘텐츠 소비자", "コンテンツ閲覧者"),
            "Different people who read, watched or downloaded content in the month.",
            ACT_ON_JOURNEY, ("M13",), over_time=OverTime.NONE),
    Measure("press_releases", ATTRACT, COUNT, HIGHER, LEADING, ("Press releases", "보도 자료", "プレスリリース"),
            "Press releases created and distributed.", ACT_ON_1, ("M15",), channels=MEDIA),
    Measure("articles", ATTRACT, COUNT, HIGHER, LEADING, ("Articles picked up", "게재 기사", "掲載記事"),
            "Articles by blogs and media outlets about the company.", ACT_ON_1, ("M16", "M23"), channels=MEDIA),
    Measure("referral_visits", ATTRACT, COUNT, HIGHER, LEADING, ("Visits from media", "미디어 유입 방문", "メディア経由の訪問"),
            "Visits that came from those articles and mentions.", B2B_4, ("M23",), channels=MEDIA),
    Measure("events", ATTRACT, COUNT, HIGHER, LEADING, ("Events attended", "참여 이벤트", "参加イベント"),
            "Events, webinars and conferences attended, virtual or physical.", ACT_ON_1, ("M17",), channels=MEDIA),
    # Capture: knowing who they are.
    Measure("leads", CAPTURE, COUNT, HIGHER, LEADING, ("Leads", "리드", "リード"),
            "Verified new contacts in the marketing database. Fractions are kept: some tools report them.",
            FANNIT, ("M31",)),
    Measure("lead_goal", CAPTURE, COUNT, HIGHER, INPUT, ("Lead goal", "리드 목표", "リード目標"),
            "Leads agreed as the goal for the month.", B2B_4, ("M32",)),
    Measure("lead_forecast", CAPTURE, COUNT, HIGHER, INPUT, ("Lead forecast", "리드 예측", "リード予測"),
            "Leads projected for the month.", B2B_4, ("M32",)),
    Measure("lead_points", CAPTURE, POINTS, HIGHER, LEADING, ("Lead score points", "리드 점수 합계", "リードスコア合計"),
            "Lead scores of the month's new leads, added up.", B2B_4, ("M35",)),
    Measure("known_visitors", CAPTURE, COUNT, HIGHER, LEADING, ("Known visitors", "식별된 방문자", "特定できた訪問者"),
            "Content consumers who became known by name in the month.", ACT_ON_JOURNEY, ("M27",)),
    Measure("landing_page_visitors", CAPTURE, COUNT, HIGHER, LEADING,
            ("Landing page visitors", "랜딩 페이지 방문자", "LP訪問者数"),
            "Visitors who reached a landing page, those who do not convert included.", B2B_4, ("M21", "M26"), over_time=OverTime.NONE),
    Measure("landing_page_actions", CAPTURE, COUNT, HIGHER, LEADING,
            ("Landing page actions", "랜딩 페이지 전환", "LPコンバージョン数"),
            "Landing page visitors who took the desired action.", B2B_19, ("M26",)),
    Measure("cta_views", CAPTURE, COUNT, HIGHER, LEADING, ("CTA views", "CTA 노출수", "CTA表示回数"),
            "Times a call to action was shown.", B2B_19, ("M29",)),
    Measure("cta_clicks", CAPTURE, COUNT, HIGHER, LEADING, ("CTA clicks", "CTA 클릭수", "CTAクリック数"),
            "Clicks on a call to action.", B2B_19, ("M28", "M29")),
    Measure("event_leads", CAPTURE, COUNT, HIGHER, LEADING, ("Leads from events", "이벤트 리드", "イベント経由リード"),
            "Leads obtained at events, webinars and conferences.", ACT_ON_1, ("M18",), channels=MEDIA),
    # Nurture: becoming ready to buy.
    Measure("mqls", NURTURE, COUNT, HIGHER, LEADING, ("MQLs", "MQL", "MQL数"),
            "Leads that became marketing-qualified in the month, by the definition agreed with sales.",
            B2B_19, ("M36",)),
    Measure("program_entrants", NURTURE, COUNT, HIGHER, LEADING, ("Program entrants", "프로그램 진입자", "プログラム参加者"),
            "Leads that entered an automated program.", ACT_ON_JOURNEY, ("M38",), channels=COMPANY),
    Measure("program_qualified", NURTURE, COUNT, HIGHER, LEADING,
            ("Program leads qualified", "프로그램 통과 리드", "プログラム経由の有望リード"),
            "Entrants of an automated program who became qualified.", ACT_ON_JOURNEY, ("M38",), channels=COMPANY),
    Measure("nurtured_revenue", NURTURE, CURRENCY, HIGHER, LAGGING, ("Nurtured revenue", "육성 리드 매출", "育成リードの売上"),
            "Revenue of sales to nurtured leads.", ACT_ON_JOURNEY, ("M40",), negative=True, channels=COMPANY),
    Measure("nurtured_sales", NURTURE, COUNT, HIGHER, LAGGING, ("Nurtured sales", "육성 리드 판매", "育成リードの販売数"),
            "Sales to nurtured leads.", ACT_ON_JOURNEY, ("M40",), channels=COMPANY),
    Measure("other_revenue", NURTURE, CURRENCY, HIGHER, LAGGING, ("Not-nurtured revenue", "비육성 리드 매출", "未育成リードの売上"),
            "Revenue of sales to leads that were not nurtured.", ACT_ON_JOURNEY, ("M40",), negative=True, channels=COMPANY),
    Measure("other_sales", NURTURE, COUNT, HIGHER, LAGGING, ("Not-nurtured sales", "비육성 리드 판매", "未育成リードの販売数"),
            "Sales to leads that were not nurtured.", ACT_ON_JOURNEY, ("M40",), channels=COMPANY),
    Measure("delivered", NURTURE, COUNT, HIGHER, LEADING, ("Emails delivered", "발송 성공", "配信数"),
            "Emails that arrived: sent less bounced.", B2B_19, ("M41", "M42", "M43"), channels=EMAIL),
    Measure("unique_opens", NURTURE, COUNT, HIGHER, LEADING, ("Unique opens", "고유 오픈", "ユニーク開封数"),
            "Recipients who opened, counted once an email.", B2B_19, ("M41",), channels=EMAIL),
    Measure("unique_clicks", NURTURE, COUNT, HIGHER, LEADING, ("Unique clicks", "고유 클릭", "ユニーククリック数"),
            "Recipients who clicked, counted once an email.", B2B_19, ("M42",), channels=EMAIL),
    Measure("unsubscribes", NURTURE, COUNT, LOWER, LEADING, ("Unsubscribes", "수신 거부", "配信停止"),
            "Recipients who no longer want mail.", B2B_19, ("M43",), channels=EMAIL),
    Measure("customer_delivered", NURTURE, COUNT, HIGHER, LEADING,
            ("Emails to customers", "기존 고객 발송", "既存顧客への配信数"),
            "Emails delivered to existing customers.", B2B_4, ("M48",), channels=EMAIL),
    Measure("customer_opt_outs", NURTURE, COUNT, LOWER, LEADING,
            ("Customer opt-outs", "기존 고객 수신 거부", "既存顧客の配信停止"),
            "Existing customers who opted out of mail.", B2B_4, ("M48",), channels=EMAIL),
    Measure("list_size", NURTURE, COUNT, HIGHER, LEADING, ("Email list size", "이메일 목록 크기", "メールリスト件数"),
            "Addresses on the list at the end of the month.", B2B_19, ("M44",), over_time=OverTime.LAST, channels=EMAIL),
    Measure("invalid_addresses", NURTURE, COUNT, LOWER, LEADING, ("Invalid addresses", "잘못된 주소", "無効アドレス"),
            "Duplicates, misspelt and closed addresses on the list at the end of the month.",
            B2B_19, ("M44",), over_time=OverTime.LAST, channels=EMAIL),
    Measure("community_members", NURTURE, COUNT, HIGHER, LEADING, ("Community members", "커뮤니티 회원", "コミュニティ会員数"),
            "Members of public and private communities at the end of the month.", B2B_4, ("M45",), over_time=OverTime.LAST, channels=COMPANY),
    Measure("community_actives", NURTURE, COUNT, HIGHER, LEADING,
            ("Active members", "활동 회원", "アクティブ会員数"),
            "Different members who posted or replied in the month.", B2B_4, ("M46",), over_time=OverTime.NONE, channels=COMPANY),
    Measure("community_posts", NURTURE, COUNT, HIGHER, LEADING, ("Community posts", "커뮤니티 게시물", "コミュニティ投稿数"),
            "Posts and replies in the communities.", B2B_4, ("M46",), channels=COMPANY),
    Measure("answer_hours", NURTURE, HOURS, LOWER, LEADING, ("Median hours to answer", "답변 시간 중앙값", "回答時間の中央値"),
            "Median hours from a user's question to its answer; unanswered questions count as still running. "
            "Medians add up neither over months nor over channels.", B2B_4, ("M47",), over_time=OverTime.NONE, across=Across.NONE, channels=COMPANY),
    # Convert: buying.
    Measure("sqls", CONVERT, COUNT, HIGHER, LEADING, ("SQLs", "SQL", "SQL数"),
            "Leads that became sales-qualified in the month: a demo asked for, a call booked.", B2B_19, ("M49",)),
    Measure("opportunities", CONVERT, COUNT, HIGHER, LAGGING, ("Opportunities", "영업 기회", "商談"),
            "Deals opened in the month.", ACT_ON_JOURNEY, ("M51",)),
    Measure("closed_deals", CONVERT, COUNT, HIGHER, LAGGING, ("Deals closed", "종결된 거래", "クローズした商談"),
            "Deals decided in the month: won, lost, or ended without a decision.", ACT_ON_JOURNEY, ("M52", "M53")),
    Measure("won_deals", CONVERT, COUNT, HIGHER, LAGGING, ("Deals won", "수주한 거래", "受注した商談"),
            "Deals won in the month.", ACT_ON_JOURNEY, ("M52", "M55")),
    Measure("no_decision_deals", CONVERT, COUNT, LOWER, LAGGING, ("Deals without decision", "결정 없는 거래", "見送りの商談"),
            "Deals that ended without a decision.", ACT_ON_JOURNEY, ("M53",)),
    Measure("days_to_close", CONVERT, DAYS, LOWER, LAGGING, ("Median days to close", "수주 소요 일수 중앙값", "受注までの日数の中央値"),
            "Median days from the day a lead or, where that is not known, its deal was created to the day the deal was won; "
            "of the deals won in the month. Medians add up neither over months nor over channels.",
            "HubSpot, deal property Days to close", ("M55",), over_time=OverTime.NONE, across=Across.NONE),
    Measure("quotes", CONVERT, COUNT, HIGHER, LEADING, ("Quotes", "견적", "見積もり"),
            "Quotes or estimates given.", FANNIT, ("M59",)),
    Measure("sales", CONVERT, COUNT, HIGHER, LAGGING, ("Sales", "판매", "販売数"),
            "Sales made in the month; one customer may make several.", FANNIT, ("M57", "M59", "M60")),
    Measure("sales_revenue", CONVERT, CURRENCY, HIGHER, LAGGING, ("Sales revenue", "판매 매출", "販売売上"),
            "Revenue of those sales.", FANNIT, ("M62",), negative=True),
    Measure("direct_cost", CONVERT, CURRENCY, LOWER, LAGGING, ("Direct cost of sales", "매출 원가", "売上原価"),
            "What delivering those sales costs.", FANNIT, ("M63",), negative=True),
    Measure("new_customers", CONVERT, COUNT, HIGHER, LAGGING, ("New customers", "신규 고객", "新規顧客"),
            "Companies or people whose first sale was won in the month, or who were won back after a lapse.", FANNIT, ("M56",)),
    Measure("new_revenue", CONVERT, CURRENCY, HIGHER, LAGGING, ("New sales revenue", "신규 매출", "新規売上"),
            "Revenue from new customers.", FANNIT, ("M61",), negative=True),
    Measure("mail_pieces", CONVERT, COUNT, NEITHER, INPUT, ("Mail pieces sent", "우편 발송 수", "DM発送数"),
            "Postcards and letters sent.", FANNIT, ("M65",), channels=MAIL),
    Measure("mail_responses", CONVERT, COUNT, HIGHER, LAGGING, ("Mail responses", "우편 응답 수", "DM反応数"),
            "Answers to postcards and letters.", FANNIT, ("M65",), channels=MAIL),
    # Expand: staying and growing.
    Measure("customers_start", EXPAND, COUNT, HIGHER, LAGGING, ("Customers at start", "기초 고객수", "期首顧客数"),
            "Customers on the first day of the month.", B2B_19, ("M72",), over_time=OverTime.FIRST),
    Measure("customers_end", EXPAND, COUNT, HIGHER, LAGGING, ("Customers at end", "기말 고객수", "期末顧客数"),
            "Customers on the last day of the month.", B2B_19, ("M72",), over_time=OverTime.LAST),
    Measure("existing_revenue", EXPAND, CURRENCY, HIGHER, LAGGING,
            ("Revenue from existing customers", "기존 고객 매출", "既存顧客売上"),
            "Revenue from customers won in earlier months.", ACT_ON_JOURNEY, ("M71",), negative=True),
    Measure("renewals", EXPAND, COUNT, HIGHER, LAGGING, ("Renewals", "재구매·갱신", "更新・再販"),
            "Resells and renewals.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("upsells", EXPAND, COUNT, HIGHER, LAGGING, ("Upsells", "상향 판매", "アップセル"),
            "Existing customers who bought more or bigger.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("cross_sells", EXPAND, COUNT, HIGHER, LAGGING, ("Cross-sells", "교차 판매", "クロスセル"),
            "Existing customers who bought something else too.", ACT_ON_JOURNEY, ("M67",), channels=COMPANY),
    Measure("buying_customers", EXPAND, COUNT, HIGHER, LAGGING, ("Buying customers", "구매 고객", "購入顧客"),
            "Different customers who bought in the month.", ACT_ON_JOURNEY, ("M69",), over_time=OverTime.NONE),
    Measure("repeat_customers", EXPAND, COUNT, HIGHER, LAGGING, ("Repeat customers", "반복 구매 고객", "リピート顧客"),
            "Buying customers who had bought before.", ACT_ON_JOURNEY, ("M69",), over_time=OverTime.NONE),
    Measure("program_revenue", EXPAND, CURRENCY, HIGHER, LAGGING,
            ("Customer program revenue", "고객 프로그램 매출", "顧客プログラム売上"),
            "Revenue that customer marketing programs brought.", ACT_ON_JOURNEY, ("M68",), negative=True, channels=COMPANY),
    Measure("program_cost", EXPAND, CURRENCY, NEITHER, INPUT,
            ("Customer program cost", "고객 프로그램 비용", "顧客プログラム費用"),
            "What those customer marketing programs cost.", ACT_ON_JOURNEY, ("M68",), channels=COMPANY),
    Measure("loyalty_members", EXPAND, COUNT, HIGHER, LAGGING, ("Loyalty members", "로열티 회원", "ロイヤルティ会員数"),
            "Members of loyalty programs at the end of the month.", ACT_ON_JOURNEY, ("M70",), over_time=OverTime.LAST, channels=COMPANY),
    Measure("loyalty_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, ("Loyalty revenue", "로열티 매출", "ロイヤルティ売上"),
            "Revenue from loyalty program members.", ACT_ON_JOURNEY, ("M70",), negative=True, channels=COMPANY),
    Measure("referral_leads", EXPAND, COUNT, HIGHER, LAGGING, ("Referral leads", "추천 리드", "紹介リード"),
            "Leads that customers referred.", ACT_ON_JOURNEY, ("M74",), channels=REFERRAL),
    Measure("referral_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, ("Referral revenue", "추천 매출", "紹介売上"),
            "Revenue from leads that customers referred.", ACT_ON_JOURNEY, ("M74",), negative=True, channels=REFERRAL),
    Measure("web_leads", EXPAND, COUNT, HIGHER, LAGGING, ("Web leads", "웹 리드", "Webリード"),
            "Leads from the website, to compare referrals with.", ACT_ON_JOURNEY, ("M74",), channels=COMPANY),
    Measure("web_revenue", EXPAND, CURRENCY, HIGHER, LAGGING, ("Web revenue", "웹 매출", "Web売上"),
            "Revenue from leads of the website.", ACT_ON_JOURNEY, ("M74",), negative=True, channels=COMPANY),
    Measure("responses", EXPAND, COUNT, HIGHER, LEADING, ("NPS responses", "NPS 응답", "NPS回答数"),
            "Answers to the question how likely one would refer us, 0 to 10.", B2B_4, ("M75", "M76"), channels=COMPANY),
    Measure("promoters", EXPAND, COUNT, HIGHER, LEADING, ("Promoters", "추천 고객", "推奨者"),
            "Answers of 9 or 10.", B2B_4, ("M75",), channels=COMPANY),
    Measure("detractors", EXPAND, COUNT, LOWER, LEADING, ("Detractors", "비추천 고객", "批判者"),
            "Answers of 0 to 6.", B2B_4, ("M75",), channels=COMPANY),
    Measure("referral_points", EXPAND, POINTS, HIGHER, LEADING, ("NPS points", "NPS 점수 합계", "NPS点数合計"),
            "Those answers (0 to 10), added up.", B2B_4, ("M76",), channels=COMPANY),
    Measure("satisfaction_responses", EXPAND, COUNT, HIGHER, LEADING,
            ("Satisfaction responses", "만족도 응답", "満足度回答数"),
            "Answers to the satisfaction survey.", B2B_4, ("M77",), channels=COMPANY),
    Measure("satisfaction_points", EXPAND, POINTS, HIGHER, LEADING,
            ("Satisfaction points", "만족도 점수 합계", "満足度点数合計"),
            "Satisfaction scores, added up.", B2B_4, ("M77",), channels=COMPANY),
    Measure("coded_answers", EXPAND, COUNT, NEITHER, LEADING, ("Coded answers", "분류한 답변", "分類済み回答"),
            "Free-text survey answers that were given a code; one item a code.", B2B_4, ("M78",), channels=COMPANY),
    Measure("usage_events", EXPAND, COUNT, HIGHER, LEADING, ("Usage events", "사용 이벤트", "利用イベント"),
            "Uses of the product or service.", B2B_4, ("M79",), channels=COMPANY),
    # Items only: what makes sense for one thing at a time.
    Measure("rank", ITEMS, RANK, LOWER, LEADING, ("Rank", "검색 순위", "検索順位"),
            "Position of the site for a keyword, 1 is best. Over months: the mean weighted by impressions, "
            "as Search Console's Position is.", ACT_ON_1, ("M19",),
            over_time=OverTime.MEAN, across=Across.NONE, weight="impressions"),
    Measure("search_index", ITEMS, INDEX, HIGHER, LEADING, ("Search index", "검색 지수", "検索指数"),
            "Google Trends index of a term, 0 to 100. Past values are restated with each pull.",
            ACT_ON_1, ("M20",), over_time=OverTime.NONE, across=Across.NONE),
    Measure("downloads", ITEMS, COUNT, HIGHER, LEADING, ("Downloads", "다운로드", "ダウンロード数"),
            "Downloads of a content asset.", ACT_ON_1, ("M12",)),
    Measure("content_views", ITEMS, COUNT, HIGHER, LEADING, ("Content views", "콘텐츠 조회", "コンテンツ閲覧数"),
            "Views of a content asset.", ACT_ON_1, ("M12",)),
)  # fmt: skip

ITEM_KINDS: tuple[ItemKind, ...] = (
    ItemKind("keyword", "rank", ("keyword", "키워드", "キーワード"), ("M19",)),
    ItemKind("term", "search_index", ("term", "검색어", "検索語"), ("M20",)),
    ItemKind("page", "landing_page_visitors", ("page", "페이지", "ページ"), ("M21", "M26")),
    ItemKind("asset", "downloads", ("asset", "콘텐츠", "コンテンツ"), ("M12",)),
    ItemKind("cta", "cta_clicks", ("CTA", "CTA", "CTA"), ("M28",)),
    ItemKind("program", "program_qualified", ("program", "프로그램", "プログラム"), ("M38",)),
    ItemKind("network", "followers", ("network", "네트워크", "SNS"), ("M06", "M08")),
    ItemKind("event", "event_leads", ("event", "이벤트", "イベント"), ("M18",)),
    ItemKind("customer program", "program_revenue", ("customer program", "고객 프로그램", "顧客プログラム"), ("M68",)),
    ItemKind("loyalty program", "loyalty_revenue", ("loyalty program", "로열티 프로그램", "ロイヤルティプログラム"), ("M70",)),
    ItemKind("answer code", "coded_answers", ("answer code", "답변 유형", "回答コード"), ("M78",)),
)  # fmt: skip


def called(name: str) -> Labels:
    """What formulas and notes call a measure in every language: in English by its name.

    >>> called("spend")
    ('spend', '마케팅 비용', 'マーケティング費用')
    """
    return (name, *_LABELS[name][1:])


_LABELS = {measure.name: measure.labels for measure in MEASURES}
