"""What people may type in Korean and Japanese besides measures and channels, by the English word."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, str]] = {
    # Units, directions, and what foretells or follows
    "currency": ("금액", "金額"),
    "count": ("건수", "件数"),
    "percent": ("백분율", "割合(%)"),
    "ratio": ("비율", "比率"),
    "points": ("포인트", "ポイント"),
    "score": ("점수", "スコア"),
    "seconds": ("초", "秒"),
    "hours": ("시간", "時間"),
    "days": ("일", "日"),
    "rank": ("순위", "順位"),
    "index": ("지수", "指数"),
    "higher": ("높을수록", "高いほど"),
    "lower": ("낮을수록", "低いほど"),
    "neither": ("해당 없음", "どちらでもない"),
    "leading": ("선행", "先行"),
    "lagging": ("후행", "遅行"),
    "mixed": ("혼합", "混合"),
    "input": ("투입", "投入"),
    # Metrics
    "Click-through rate": ("클릭률(CTR)", "クリック率(CTR)"),
    "Cost per click": ("클릭당 비용(CPC)", "クリック単価(CPC)"),
    "Cost per thousand impressions": ("1,000회 노출당 비용(CPM)", "インプレッション単価(CPM)"),
    "Cost per visitor": ("방문자당 비용", "訪問者単価"),
    "Engagement rate": ("참여율", "エンゲージメント率"),
    "Bounce rate": ("이탈률", "直帰率"),
    "Pages per session": ("세션당 페이지뷰", "セッションあたりページ数"),
    "Average time on page": ("평균 페이지 체류 시간", "平均ページ滞在時間"),
    "Social engagement": ("소셜 참여", "ソーシャルエンゲージメント"),
    "Follower engagement": ("팔로워 참여도", "フォロワーエンゲージメント"),
    "Content share frequency": ("콘텐츠 공유 빈도", "コンテンツシェア頻度"),
    "Visits per article": ("기사당 방문", "記事あたり訪問数"),
    "Cost per lead": ("리드당 비용(CPL)", "リード単価(CPL)"),
    "Conversion rate": ("전환율", "コンバージョン率"),
    "Qualified conversion rate": ("방문자→MQL 전환율", "訪問者→MQLコンバージョン率"),
    "Landing page conversion rate": ("랜딩 페이지 전환율", "LPコンバージョン率"),
    "Known visitor rate": ("방문자 식별률", "訪問者特定率"),
    "Cost per known visitor": ("식별된 방문자당 비용", "特定できた訪問者の単価"),
    "CTA click rate": ("CTA 클릭률", "CTAクリック率"),
    "Lead goal attainment": ("리드 목표 달성률", "リード目標達成率"),
    "Lead forecast attainment": ("리드 예측 달성률", "リード予測達成率"),
    "Lead score": ("리드 점수", "リードスコア"),
    "Leads per event": ("이벤트당 리드", "イベントあたりリード数"),
    "MQL rate": ("MQL 비율", "MQL率"),
    "Cost per MQL": ("MQL당 비용", "MQL単価"),
    "Program conversion rate": ("프로그램 전환율", "プログラムコンバージョン率"),
    "Nurture lift": ("육성 효과", "育成効果"),
    "Email open rate": ("이메일 오픈율", "メール開封率"),
    "Email click rate": ("이메일 클릭률", "メールクリック率"),
    "Email unsubscribe rate": ("이메일 수신 거부율", "メール配信停止率"),
    "Customer opt-out rate": ("기존 고객 수신 거부율", "既存顧客の配信停止率"),
    "Invalid address rate": ("잘못된 주소 비율", "無効アドレス率"),
    "Community engagement": ("커뮤니티 참여율", "コミュニティ参加率"),
    "Customer acquisition cost": ("고객 획득 비용(CAC)", "顧客獲得単価(CAC)"),
    "Loaded customer acquisition cost": ("고객 획득 비용(전체 비용)", "顧客獲得単価(総費用)"),
    "Cost per sale": ("판매당 비용", "販売1件あたり費用"),
    "SQL rate": ("SQL 비율", "SQL率"),
    "MQL to SQL rate": ("MQL→SQL 전환율", "MQL→SQLコンバージョン率"),
    "SQL to opportunity rate": ("SQL→영업 기회 전환율", "SQL→商談コンバージョン率"),
    "Lead to opportunity rate": ("리드→영업 기회 전환율", "リード→商談コンバージョン率"),
    "Win rate": ("수주율", "受注率"),
    "No-decision rate": ("결정 없음 비율", "見送り率"),
    "Consumer to customer rate": ("콘텐츠 소비자→고객 전환율", "コンテンツ閲覧者→顧客コンバージョン率"),
    "Customer conversion rate": ("고객 전환율", "顧客コンバージョン率"),
    "Quote conversion rate": ("견적 전환율", "見積もり成約率"),
    "Average revenue per sale": ("판매당 평균 매출", "販売1件あたり平均売上"),
    "Total sales revenue": ("총 판매 매출", "総販売売上"),
    "Gross profit": ("매출총이익", "売上総利益"),
    "Gross profit per sale": ("판매당 매출총이익", "販売1件あたり売上総利益"),
    "Gross margin": ("매출총이익률", "売上総利益率"),
    "Marketing return on investment": ("마케팅 투자 수익률(ROI)", "マーケティング投資収益率(ROI)"),
    "Return on ad spend": ("광고 수익률(ROAS)", "広告費用対効果(ROAS)"),
    "Direct mail response rate": ("우편 광고 응답률", "DM反応率"),
    "Customer retention rate": ("고객 유지율", "顧客維持率"),
    "Customer churn rate": ("고객 이탈률", "顧客解約率"),
    "Revenue": ("매출", "売上"),
    "Share of revenue from existing customers": ("기존 고객 매출 비중", "既存顧客の売上比率"),
    "Revenue per customer": ("고객당 매출", "顧客あたり売上"),
    "Customer lifetime value": ("고객 생애 가치(LTV)", "顧客生涯価値(LTV)"),
    "LTV to CAC": ("LTV/CAC 배수", "LTV/CAC倍率"),
    "Expansion sales": ("확장 판매", "追加販売数"),
    "Customer program return": ("고객 프로그램 수익률", "顧客プログラム費用対効果"),
    "Repeat customer rate": ("반복 구매 고객 비율", "リピート顧客率"),
    "Loyalty revenue per member": ("로열티 회원당 매출", "ロイヤルティ会員あたり売上"),
    "Referral lead value": ("추천 리드 가치", "紹介リードの価値"),
    "Referral multiple": ("추천 리드 가치 배수", "紹介リードの価値倍率"),
    "Net promoter score": ("순추천고객지수(NPS)", "ネットプロモータースコア(NPS)"),
    "Likelihood to refer": ("추천 의향", "推奨意向"),
    "Customer satisfaction": ("고객 만족도", "顧客満足度"),
    "Usage per customer": ("고객당 사용 횟수", "顧客あたり利用回数"),
    # Sources: the reports of products as these call them, and a team's own tables
    "Google Ads campaign report": ("Google Ads 캠페인 보고서", "Google Ads キャンペーンレポート"),
    "Google Analytics 4 exploration": ("Google Analytics 4 탐색", "Google Analytics 4 データ探索"),
    "Google Analytics 4 traffic acquisition": ("Google Analytics 4 트래픽 획득", "Google Analytics 4 トラフィック獲得"),
    "HubSpot contacts": ("HubSpot 연락처", "HubSpot コンタクト"),
    "HubSpot deals": ("HubSpot 거래", "HubSpot 取引"),
    "LinkedIn Ads campaign performance": ("LinkedIn Ads 캠페인 실적", "LinkedIn Ads キャンペーン実績"),
    "Mailchimp campaign report": ("Mailchimp 캠페인 보고서", "Mailchimp キャンペーンレポート"),
    "Meta Ads campaigns": ("Meta Ads 캠페인", "Meta Ads キャンペーン"),
    "Microsoft Ads report": ("Microsoft Ads 보고서", "Microsoft Ads レポート"),
    "Naver search ads report": ("Naver 검색광고 보고서", "Naver 検索広告レポート"),
    "Salesforce leads": ("Salesforce 리드", "Salesforce リード"),
    "Salesforce opportunities": ("Salesforce 영업 기회", "Salesforce 商談"),
    "Search Console clicks by day": ("Search Console 일별 클릭수", "Search Console 日別クリック数"),
    "Search Console queries": ("Search Console 검색어", "Search Console クエリ"),
    "Stripe payments": ("Stripe 결제", "Stripe 支払い"),
    "Table of monthly figures": ("월별 수치 표", "月次数値の表"),
    "Table of items": ("항목 표", "項目の表"),
}
_ENGLISH = {word: english for english, words in NAMES.items() for word in words}


def in_language(word: str, language: int) -> str:
    """What a kept word is shown as; language: 0 is English, 1 Korean, 2 Japanese.

    >>> in_language("Table of items", 1), in_language("HubSpot deals", 1)
    ('항목 표', 'HubSpot 거래')
    """
    return (word, *NAMES.get(word, (word, word)))[language]


def in_english(word: str) -> str:
    """What a word in any of the languages is kept as; any other word itself.

    >>> in_english("월별 수치 표"), in_english("HubSpot deals")
    ('Table of monthly figures', 'HubSpot deals')
    """
    return _ENGLISH.get(word, word)
