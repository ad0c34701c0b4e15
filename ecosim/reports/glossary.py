"""The words of the report, with the Chinese terms of policy papers beside them."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word, its Chinese counterpart and its meaning here."""

    english: str
    chinese: str
    meaning: str


GLOSSARY = (
    Term("Matthew effect", "马太效应", "Attention makes attention: who is seen is shown again."),
    Term("Homogenization", "同质化", "Styles converge because creators copy what the feed rewarded."),
    Term("Traffic support", "流量扶持", "Rules that steer impressions to chosen creators."),
    Term("Exposure floor", "保底曝光", "A guaranteed share of the mean impressions for small creators."),
    Term("Newcomer support", "新人扶持", "A boost for the first days of a creator."),
    Term("Fen", "分", "A hundredth of a yuan; the tables keep money in whole fen."),
    Term("Impression", "曝光", "One item shown once to one consumer."),
    Term("Slate", "候选池", "The candidates from which the feed chooses."),
    Term("Ranker", "推荐排序", "The rule that scores and orders candidates."),
    Term("Traffic pool", "流量池", "Impressions set aside for a class of items, such as fresh ones."),
    Term("Cold start", "冷启动", "The platform does not know yet how good a new item is."),
    Term("Creator", "创作者", "An account that publishes."),
    Term("Consumer", "消费者", "An account that watches."),
    Term("Head, waist, tail", "头部、腰部、尾部", "Creators by followers: the top 1%, the next 9%, all others."),
    Term("Vertical", "垂类", "A field of content, such as food or games."),
    Term("Style", "内容风格", "Where an item lies in a space of 16 dimensions."),
    Term("Imitation", "模仿跟风", "An item that copies a recent hit."),
    Term("Brand", "品牌方", "Who sells products, pays for promotion, and may run an account of its own."),
    Term("Own account, self-broadcast", "店播、品牌自播", "An account that a brand runs itself."),
    Term("Live session", "直播", "An item that is on in some dayparts of one day, and gone in the evening."),
    Term("Deal", "推广合作", "Promotion of a product by a creator for a week or a part of it, for a fee."),
    Term("Fee", "坑位费", "What a brand pays a creator for a week, whatever is sold."),
    Term("Commission", "佣金", "Part of the price to the creator who sold."),
    Term(
        "Selling on commission (affiliate)", "带货", "To carry a brand's product without a deal, for commission alone."
    ),
    Term("Take rate", "平台抽佣", "Part of the price to the platform."),
    Term("GMV", "成交总额", "The price of all orders, before returns."),
    Term("Funnel", "转化漏斗", "Exposures, views, interactions, clicks, orders, returns, repurchases."),
    Term("Return", "退货", "Goods sent back; the price is refunded and nobody earns."),
    Term("Repurchase", "复购", "An order of a consumer who has had goods of the brand before."),
    Term("Trust", "信任", "What a consumer expects of an account, or of the platform: 0 to 1."),
    Term("Escrow", "担保交易", "The platform holds the price until the goods are kept or returned."),
    Term("Friend", "好友", "A consumer with whom one is tied; what one shares, the other finds tomorrow."),
    Term("Satiation", "审美疲劳", "Consumers tire of what they have just seen."),
    Term("Survival", "留存率", "The share of newcomers who still publish after a time."),
    Term("Gini coefficient", "基尼系数", "Inequality between 0 (all equal) and 1 (one has all)."),
    Term("Lorenz curve", "洛伦兹曲线", "What share of the total the smallest creators hold together."),
    Term("Policy", "政策干预", "A dated rule that changes levers of the platform."),
    Term("Lever", "政策杠杆", "A quantity that a policy can set, such as reserved impressions."),
    Term("Bite", "实际作用强度", "How much of what is shown differs because of the policies."),
    Term("Burn-in", "预热期", "Days before measurement, in which the world finds its course."),
    Term("Seed", "随机种子", "The number from which all chance of a run follows."),
    Term("Replication", "重复实验", "The same scenario under another seed."),
)
