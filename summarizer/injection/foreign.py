"""Foreign words: the same kinds as in English, in the languages that attacks are written in.

German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, Russian, Chinese, Japanese,
Arabic, Korean, Swedish, Romanian, Czech, Ukrainian, Greek, Hindi, Vietnamese and Indonesian. RE2
knows the boundaries of ASCII words alone, so what stands before a word is named.
"""

from typing import Final

__all__ = ["FOREIGN"]

FOREIGN: Final[dict[str, str]] = {
    "x_ignore": (
        r"(?:^|[^\pL])(?:ignorier\pL*|vergiss|vergessen sie|missacht\pL*|beachten sie nicht|"
        r"außer acht|"
        r"ignorez|ignore[rsz]?|oublie[rsz]?|ne (?:tenez|tiens) (?:pas|aucun) compte|faites? "
        r"abstraction|"
        r"ignor[aei]n?|olvid[ae]n?|haz caso omiso|hagan? caso omiso|no hagas caso|"
        r"dimentica\pL*|ignori|ignorate|non tenere conto|trascura|esque[cç][ae]\pL*|"
        r"desconsider\pL+|"
        r"negeer\pL*|vergeet|zignoruj\pL*|zapomnij\pL*|pomiń|yok say\pL*|görmezden gel\pL*|"
        r"dikkate alma|"
        r"ignorera|glöm|bortse|ignoră|uită|ignoruj\pL*|zapomeň\pL*|abaikan|lupakan)(?:[^\pL]|$)|"
        r"unut(?:un|unuz)?(?:[ ,.!]|$)|игнорир|забудь|не обращай|ігноруй|"
        r"αγνόησε|αγνοήστε|ξέχασε|"
        r"忽略|无视|無視|忘记|忘掉|忽視|不要理会|忘れて|無効|作废|作廢|"
        r"تجاهل|انسَ?|무시|잊어|अनदेख|भूल जा|bỏ qua"
    ),
    "x_instructions": (
        r"(?:^|[^\pL])(?:anweisung\pL*|instruktion\pL*|regeln|vorgaben|obige\pL*|vorstehende\pL*|"
        r"instructions?|consignes?|règles|directives?|ce qui précède|"
        r"instrucci\pL+|reglas|indicaciones|órdenes|lo anterior|"
        r"istruzioni|regole|quanto precede|indicazioni|"
        r"instruç\pL+|regras|orientaç\pL+|"
        r"instructies?|regels|aanwijzingen|"
        r"instrukcj\pL+|polece\pL+|zasady|reguły|"
        r"talimat\pL*|kural\pL*|instruktioner\pL*|regler\pL*|instrucțiuni\pL*|reguli\pL*|pokyn\pL*|"
        r"instrukc\pL+|instruksi|perintah|aturan)(?:[^\pL]|$)|"
        r"инструкци|указани|правил|інструкці|οδηγί|οδηγί|"
        r"指令|指示|规则|規則|提示词|设定|命令|ルール|以上内容|"
        r"تعليمات|القواعد|الأوامر|지시|명령|규칙|निर्देश|chỉ dẫn|hướng dẫn"
    ),
    "x_before": (
        r"(?:^|[^\pL])(?:alle|sämtliche|bisherige\pL*|vorherige\pL*|vorige\pL*|obige\pL*|"
        r"vorstehende\pL*|toutes?|précéd\pL+|"
        r"antérieures?|ci-dessus|todas?|anteriores?|previas?|tutte|precedenti|quanto precede|"
        r"lo anterior|ce qui précède|todas as|prévias|eerdere|vorige|bovenstaande|alle|"
        r"wszystkie|poprzednie|wcześniejsze|powyższe|önceki|tüm|hepsini|bütün|yukarıda\pL*|"
        r"tidigare|alla|toate|"
        r"anterioare|předchozí|všechny|sebelumnya|semua)|"
        r"предыдущ|все |всех|выше|попередн|усі |προηγούμεν|"
        r"以上|之前|所有|先前|前面|上述|これまで|以前|すべて|上記|全て|"
        r"السابق|جميع|كل |أعلاه|이전|모든|위의|पिछल|सभी|trước|tất cả"
    ),
    "x_machine": (
        r"(?:^|[^\pL])(?:(?:an|für) (?:die |das |den |alle )?(?:ki|künstliche intelligenz|modell|"
        r"sprachmodell|assistent\pL*|"
        r"system|programm|zusammenfasser)|(?:liebe|hallo|hey) ki|ki[:,-]|sprachmodell|künstliche "
        r"intelligenz|"
        r"(?:pour|à) (?:l['’ ]?|le |la |toute? )(?:ia|assistant\pL*|modèle|système|intelligence "
        r"artificielle|robot|machine)|"
        r"modèle de langage|intelligence artificielle|"
        r"(?:para|al?|estimad[oa]) (?:el |la |los )?(?:asistente|modelo|ia|sistema|inteligencia "
        r"artificial|robot)|"
        r"modelo de lengua\pL*|inteligencia artificial|"
        r"(?:per|al) (?:il |l['’ ]?)?(?:modello|assistente|ia|sistema|intelligenza artificiale)|"
        r"modello linguistico|intelligenza artificiale|para (?:o|a) (?:assistente|modelo|ia|"
        r"sistema)|"
        r"inteligência artificial|modelo de linguagem|"
        r"(?:voor|aan) (?:de |het )?(?:ai|assistent|model|systeem|taalmodel)|taalmodel|"
        r"(?:dla|do) (?:modelu|asystenta|ai|systemu|sztucznej)|sztuczn\pL+ inteligencj\pL+|"
        r"model\pL* językow\pL*|"
        r"yapay zek\pL*|asistana?[:,]|(?:modele|sisteme|asistana) not|dil model\pL*|"
        r"(?:till|för) (?:ai|assistenten|modellen|systemet)|språkmodell\pL*|inteligenț\pL+ "
        r"artificial\pL+|"
        r"uměl\pL+ inteligenc\pL+|kecerdasan buatan|(?:untuk|kepada) (?:ai|model|asisten))|"
        r"нейросет|искусственн\pL* интеллект|языков\pL* модел|(?:для|уважаем\pL*|внимание,?) "
        r"(?:модел|ассистент|бот|ии|систем)|ИИ[:,]|штучн\pL* інтелект|"
        r"(?:系统|系統)(?:提示|消息|指令|通知|管理员)\s?[:：]|(?:致|给|給|请)\s?(?:ai|模型|助手|"
        r"人工智能)|ai\s?助手|人工智能|语言模型|大模型|"
        r"(?:ai|モデル|アシスタント|システム|人工知能)\s?(?:へ|向け|に対|管理者より|の方)|"
        r"【システム|言語モデル|"
        r"(?:ai|모델|어시스턴트|인공지능|시스템)(?:에게| 메시지|는|은|[,:])|인공지능|"
        r"الذكاء الاصطناعي|نموذج اللغ|(?:إلى|أيها|ملاحظة) ?(?:النموذج|المساعد|للنموذج|للمساعد|"
        r"للنظام)|"
        r"τεχνητή νοημοσύνη|trí tuệ nhân tạo|एआई"
    ),
    "x_order": (
        r"(?:^|[^\pL])(?:schreib\pL*|antworte\pL*|sag(?:e|en sie)?|setze\pL*|stufe\pL*|"
        r"klassifizier\pL*|fasse|fassen sie|"
        r"behandel\pL*|einstuf\pL*|erwähn\pL*|markier\pL*|erwähne\pL*|gib|geben sie|melde|trage?|"
        r"nenne|nur|"
        r"écri\pL+|répond\pL*|dis que|dites que|indique[rsz]?|mets|mettez|classe[rsz]?|résume[rsz]|"
        r"ajoute[rsz]?|"
        r"mentionne[rsz]?|"
        r"escrib[ae]n?|respond[ae]n?|di que|diga que|pon|ponga|clasifi\pL+|indi(?:ca|que)|"
        r"mar(?:ca|que)|"
        r"añad[ae]|menciones?|"
        r"incluy[ae]|"
        r"scriv[ai]|scrivete|rispond[ai]|classific\pL+|imposta|aggiungi|menzion\pL+|metti|riassumi|"
        r"escrev[ae]|classifi\pL+|defin[ae]|coloqu?[ea]|inclu[ai]|mencion\pL+|"
        r"schrijf|antwoord|zeg|zet|vermeld|classificeer|markeer|voeg|"
        r"napisz|odpowiedz|podaj|ustaw|oznacz|zaklasyfikuj|dodaj|wspominaj|"
        r"yaz(?:ın)?|cevapla\pL*|yanıtla\pL*|belirt|ayarla|işaretle|sınıflandır\pL*|ekle|özetle|"
        r"söyle|"
        r"skriv|svara|lägg|scrie|răspunde|napiš|odpověz|tulis(?:kan)?|jawab)(?:[^\pL]|$)|"
        r"напиши|ответь|укажи|поставь|установи|отметь|классифицируй|добавь|упоминай|сообщи|запиши|"
        r"напишіть|γράψε|γράψτε|"
        r"写|寫|回答|输出|輸出|加上|标记|分类|设为|设置|不要提|添加|归类|回复|"
        r"書いて|書き|書け|出力|触れない|書かない|含めない|記載|回答|分類|設定し|追加|述べ|"
        r"としてください|と記|"
        r"اكتب|أجب|قل |صنّ?ف|ضع |اجعل|أضف|تذكر|حدد|اذكر|"
        r"작성|써|답변|분류|설정|추가|표시|출력|लिख|viết|trả lời"
    ),
    "x_summary": (
        r"(?:^|[^\pL])(?:zusammenfassung\pL*|fallzusammenfassung|(?:le|du|au|ce|ton|votre|un) "
        r"résumé|dans (?:le |un )?résumé|"
        r"synthèse|resumen|riassunto|riepilogo|sintesi|resumo|samenvatting\pL*|podsumowani\pL*|"
        r"streszczeni\pL*|"
        r"özet\pL*|sammanfattning\pL*|rezumat\pL*|souhrn\pL*|shrnut\pL*|ringkasan)|"
        r"резюме|сводк|кратк\pL+ (?:излож|содерж|опис)|підсум|περίληψ|"
        r"摘要|总结|總結|概要|要約|まとめ|ملخص|요약|सारांश|tóm tắt"
    ),
    "x_priority": (
        r"(?:^|[^\pL])(?:priorit\pL+|dringlichkeit|urgen[czt]\pL+|urgência|priorytet\pL*|"
        r"pilno\pL+|aciliyet\pL*|öncelik\pL*|"
        r"angelägen\pL*|naléhavost\pL*)|срочност|приоритет|紧急|优先级|緊急|優先度|الأولوية|"
        r"أولوية|الاستعجال|긴급|우선"
    ),
    "x_low": (
        r"(?:^|[^\pL])(?:niedrig\pL*|gering\pL*|basse|faible|baj[ao]|bassa|baixa|la(?:ag|ge)|"
        r"nisk\pL+|düşük|låg|scăzut\pL*|nízk\pL*|"
        r"rendah)|низк|低|낮|منخفض|χαμηλ"
    ),
    "x_prompt": (
        r"(?:^|[^\pL])(?:system-?prompt\pL*|system(?:nachricht|anweisung|meldung)\pL*|(?:invite|"
        r"prompt|message|instructions?) (?:du )?système|"
        r"(?:prompt|mensaje|instrucciones) del? sistema|prompt di sistema|messaggio di sistema|"
        r"prompt do sistema|"
        r"systeem(?:prompt|bericht|instructie)\pL*|(?:komunikat|prompt|polecenie) systemow\pL+|"
        r"sistem (?:mesaj\pL*|istem\pL*|talimat\pL*))|"
        r"системн\pL+ (?:промпт|сообщен|инструкц)|系统提示词|系统指令|システムプロンプト|시스템 "
        r"프롬프트|موجه النظام"
    ),
}
"""Kind -> what belongs to it."""
