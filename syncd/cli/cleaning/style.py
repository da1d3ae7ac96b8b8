"""How the page on a cleaned file looks: light and dark, narrow and wide, and on paper."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--line:#8883;--quiet:#667085;--card:#8881;--good:#14702f;--bad:#b3261e;--warn:#8a5a00;
--fixed:#2f9e5a;--left:#e0862a;--fine:#9db2c9}
@media(prefers-color-scheme:dark){:root{--quiet:#98a2b3;--good:#7ddc9a;--bad:#ff8a80;--warn:#ffc46b;
--fixed:#4fc07c;--left:#f0a04b;--fine:#52647a}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
header p{color:var(--quiet);margin-top:0}h1{font-size:1.7rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:0}code{font-size:.92em}
small{display:block;color:var(--quiet)}.quiet{color:var(--quiet);font-weight:400}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.8rem;margin:1.2rem 0}
.tiles div{background:var(--card);border-radius:.5rem;padding:.7rem .9rem}
.tiles b{display:block;font-size:1.5rem;font-weight:650;line-height:1.3}.tiles span{color:var(--quiet)}
.bar{display:flex;height:.5rem;border-radius:.25rem;overflow:hidden;background:var(--line);margin-top:.4rem}
u{display:block;height:100%}
.rules .n{width:7rem}.columns .bar{min-width:9rem;height:.7rem;margin:.35rem 0 0}
u.fixed,.key .fixed{background:var(--fixed)}u.left,.key .left{background:var(--left)}
u.fine,.key .fine{background:var(--fine)}.key .none{background:var(--line)}
.key{color:var(--quiet)}.key i{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;
vertical-align:-.1rem;margin-left:.8rem}
.gate{border-left:.35rem solid var(--bad);background:var(--card);padding:.2rem 1.2rem;border-radius:.3rem;margin:1rem 0}
.gate.yes{border-color:var(--fixed)}.gate h2{margin:.6rem 0 .2rem}.gate li{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}th{font-weight:600;overflow-wrap:normal}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.error,.bad{color:var(--bad)}.warning{color:var(--warn)}.good{color:var(--good)}a{color:inherit}
article{margin:1.2rem 0;break-inside:avoid}article p{margin:.1rem 0 .3rem;color:var(--quiet)}
.examples{table-layout:fixed}.examples th:nth-child(1){width:4.5rem}.examples th:nth-child(2){width:16%}
.examples th:nth-child(4){width:2rem}.before{color:var(--bad)}
td.fixed{color:var(--good)}td.suggested{color:var(--warn)}.arrow{color:var(--quiet)}
@media(max-width:45rem){.columns th:nth-last-child(1),.columns td:nth-last-child(1),.key{display:none}}
@media print{:root{color-scheme:light}body{font-size:11px;margin:0;max-width:none}thead{display:table-header-group}
.tiles{grid-template-columns:repeat(6,1fr)}tr{break-inside:avoid}h2,h3{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
