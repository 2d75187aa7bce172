// SPDX-License-Identifier: Apache-2.0

/// The rules that come with Daybook, as data: one JSON object a line, members as `Rule` says.
///
/// An engineering summary and no legal advice. `confirmed` says that the text was read in the source
/// that `basis` names; what is not confirmed is general knowledge and has to be checked. What is
/// sure of a rule and what is not are two entries.
enum RuleTable {
    static let text = #"""
        {"id":"us.sec.17a-4.a","citation":"17 CFR 240.17a-4(a)","records":"blotters, ledgers","period":"6y","start":"created","access":"easily accessible for the first 2 years","basis":"rule text; killswitchplus.com/2017/08/18/sea-rule-17a-4; grip.globalrelay.com","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.sec.17a-4.b","citation":"17 CFR 240.17a-4(b)(1),(4)","records":"order memoranda, confirmations, communications relating to the business as such","period":"3y","start":"created","access":"easily accessible for the first 2 years","basis":"grip.globalrelay.com, SEC Rule 17a-4(a)-(b)","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.sec.17a-4.f","citation":"17 CFR 240.17a-4(f)(2); release 34-96034, 87 FR 66412","records":"electronic records","start":"created","demand":"write-once media, or an audit trail from which the original can be recreated; compliance 2023-05-03 (17a-4), 2023-11-03 (18a-6)","basis":"regulations.justia.com 2022-22670","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.finra.4511","citation":"FINRA 4511(b)","records":"what has no period of its own","period":"6y","start":"created","demand":"format as 17a-4","basis":"smarsh.com","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.finra.4511.account","citation":"FINRA 4511(b)","records":"account records","period":"6y","start":"account_closed","demand":"format as 17a-4","basis":"smarsh.com","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.cftc.1.31","citation":"17 CFR 1.31","records":"regulatory records, with the metadata that says how, when and by whom they were made or changed","period":"5y","start":"created","access":"readily accessible the whole period","demand":"write-once media and native format were dropped on 2017-08-28","basis":"blogs.orrick.com 2017-08-24","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"us.cftc.1.31.swaps","citation":"17 CFR 1.31","records":"swaps","period":"5y","start":"contract_ended","access":"readily accessible the whole period","basis":"general knowledge","confirmed":false,"checked_on":"2026-11-21"}
        {"id":"us.cftc.1.31.oral","citation":"17 CFR 1.31","records":"oral communications","period":"1y","start":"created","basis":"general knowledge","confirmed":false,"checked_on":"2026-11-21"}
        {"id":"eu.mifid2.16.7","citation":"Directive 2014/65/EU Art. 16(7); Regulation 2017/565 Art. 76","records":"calls and electronic communications meant to lead to a trade, even if none followed","period":"5y","start":"created","extended":"7y","access":"copy for the client on request","demand":"the client is told of the recording","basis":"judict.eu Art. 76; ESMA Q&A 1778","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"eu.rts6.28","citation":"Regulation 2017/589 Art. 28","records":"order records of high-frequency trading, Annex II tables 2 and 3","period":"5y","start":"order_submitted","demand":"recorded at once after submission","basis":"nomox.eu Art. 28","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"eu.rts24","citation":"Regulation 2017/580; MiFIR Art. 25","records":"order records of venues","period":"5y","start":"created","demand":"each stage can be reconstructed","basis":"scope: handbook.fca.org.uk (Art. 1); period: general knowledge","confirmed":false,"checked_on":"2026-11-21"}
        {"id":"eu.emir.9.2","citation":"Regulation 648/2012 Art. 9(2)","records":"derivative contracts","period":"5y","start":"contract_ended","basis":"general knowledge","confirmed":false,"checked_on":"2026-11-21"}
        {"id":"eu.mar","citation":"Regulation 596/2014 Art. 18(5); 2016/957 Art. 3(8)","records":"insider lists; analysis of suspicious orders","period":"5y","start":"created","basis":"general knowledge","confirmed":false,"checked_on":"2026-11-21"}
        {"id":"eu.mica.68.9","citation":"Regulation 2023/1114 Art. 68(9); RTS 2025/1140","records":"crypto-asset services, orders, trades, communications","period":"5y","start":"created","extended":"7y","demand":"corrections and what stood there before can be told; not alterable; each stage can be re-constituted","basis":"springlex.eu; ZFR 2025/150","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"eu.aiact","citation":"Regulation 2024/1689 Art. 19, 26(6)","records":"automatic logs of high-risk AI","period":"6mo","start":"created","basis":"secondary sources","confirmed":true,"checked_on":"2026-11-21"}
        {"id":"uk.sysc10a","citation":"FCA SYSC 10A.1.15","records":"calls, electronic communications","period":"5y","start":"created","extended":"7y","demand":"no private devices that are not recorded (10A.1.7)","basis":"grip.globalrelay.com, FCA SYSC 10A","confirmed":true,"checked_on":"2026-11-21"}
        """#
}
