"""Language -> the small words that hardly any text in it can do without."""

from __future__ import annotations

# Written for this program: articles, prepositions, pronouns, conjunctions and the commonest verbs, which a few words
# on any subject contain and names do not. Every language in Latin letters that langdetect knows is here, or its short
# texts would go to one that is.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "af": "die van het 'n en in is vir op dat nie met te wat om sy word hy aan hulle ons sal kan dit maar "
        "nog na deur hierdie jy ek was by ook tot oor as uit toe moet wees haar jou baie",
        "ca": "el la els les de del dels d l i que en un una per amb és no es al als a ha han com més però o va "
        "van són sobre entre fins aquest aquesta seu seva també molt on quan què ser era hi ho si sense "
        "pel pels tot",
        "cs": "a v je se na že s z do o k i to ve jsou byl bylo byla ale jako za pro při po od si podle jeho "
        "jsem které který která jen tak už také nebo když není bude až mezi před být",
        "cy": "y yr a yn i o ar ei mae am gan wedi bod oedd fel hyn eu ac nid ond fod hefyd nad dros rhwng gyda "
        "sydd mewn roedd cael chi ni dim rhaid hwn hon pob",
        "da": "og i at det er en til af på de med for der den ikke som et har han var vi om fra men ud kan sig "
        "hun ved efter over skal hvor nu også blev når bliver være jeg mere eller mod",
        "de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an "
        "werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war "
        "haben nur oder aber vor zur bis mehr durch man sein wurde sei gegen vom können schon wenn habe "
        "seine ihre dann unter wir soll ich eines jahr jahre keine will wegen zwischen muss kein",
        "en": "the of and to in a is that for it as was with be by on not he his but at are this have from or "
        "had an they which one you were all her she there would their we him been has when who will no "
        "more if out so up said what its about than into them can only other time some could these two "
        "may first then do any my now such like over our even most after also did many off before must "
        "through where how your well down should because each just those people too under while against "
        "says new year years why during between both us s t amid since",
        "es": "de la que el en y a los del se las por un para con no una su al lo como más o pero sus le ha me "
        "si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta "
        "desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde "
        "bien tras ante según contra hoy",
        "et": "ja on ei et see oli ka ning mis kui oma ta aga või kes seda siis mille tema selle need veel juba "
        "nii pärast kuid välja ainult olla ole pole üle kohta poolt aasta",
        "fi": "ja on ei se että oli hän mutta joka kun niin myös ovat tai olla kuin sen jos mitä ole jo vain "
        "nyt sekä hänen mukaan jälkeen sitä vielä ollut voi kanssa ennen yli vuoden",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont "
        "avec son ou mais d l s n j c qu aux ont été cette sa ses comme nous elle on fait leur si entre "
        "tout être deux même ces ils vous après sans où peut contre dont encore très aussi leurs y avait "
        "sous était je faire bien depuis quand selon alors avant moins mon ma mes vos nos notre votre "
        "tous toute toutes chez vers ici lui m t jusqu ans va face pourquoi comment quel quelle ainsi "
        "donc car lors afin hui doit ni fois rien trois là première premier voici faut aucun aucune tu ça "
        "soit trop peu suis",
        "hr": "i u je na se da su za od s o a kako kao koji što iz ne sa bi do ali ili će nije bio sve po samo "
        "još koja koje to prema biti smo nakon pri ima te već ako sam jer može",
        "hu": "a az és hogy is nem egy volt meg ez csak de ha már mint még vagy el azt ki van mert amely nagy "
        "lesz majd szerint után ezt minden aki lehet kell sem több két között úgy során",
        "id": "yang dan di dari untuk dengan ini itu pada tidak dalam adalah akan ke oleh ada sebagai juga "
        "telah bisa mereka karena atau lebih dia kami saat saya anda bahwa tersebut sudah harus secara "
        "hari",
        "it": "di e il la che in a per un del è con non della una le si da i sono al dei come nel più ha gli "
        "alla anche delle ma lo l dal su se questo o nella ai hanno era suo sua dopo essere due tra fra "
        "stato dell all anni chi questa contro quando molto solo perché ci fa degli dalla nei già ancora "
        "cui prima ed poi senza così sul sulla cosa mi tutti dall nell ecco d c",
        "lt": "ir yra kad į su iš ne kaip tai buvo bet jo o tik apie nuo ar jis už po prie metų dėl jų taip pat "
        "iki kuris kuri kurie gali turi jau arba būti šis",
        "lv": "un ir no ar ka uz par kas bija lai tas pie arī tā nav gan bet vai kā pēc to tika kuri gada gadā "
        "tikai viņš ko vairāk līdz kopš kur ja savu viņa būs jau",
        "nl": "de van het een en in is dat op te voor met zijn die niet aan er om ook als maar dan bij nog uit "
        "naar door over ze hij ik was wordt heeft tot je wel hebben zich of meer worden deze kan werd dit "
        "geen we zou tegen jaar haar na onder mensen moet wat had zo al veel waar tussen omdat kunnen "
        "volgens hun men zal jaren nieuwe",
        "no": "og i det er på som en til å av for at med de har ikke den han om et var fra men vi seg ble kan "
        "ut skal etter også mer over vil eller ved sin blir må når da være jeg nå enn hun mot noe",
        "pl": "w i na z do się nie że to jest o za od po przez dla jak ale co są tym był oraz przy jego tak "
        "może który już tylko także te ten która które ich jej być będzie ze czy było przed między bez "
        "została lub jako roku",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu "
        "sua ou quando muito nos já também só pelo pela até isso ela entre depois sem mesmo aos ter seus "
        "quem nas me esse eles você foi é são está tem ser sobre anos há às contra após pode vai pelos "
        "num diz",
        "ro": "de și în a la cu pe din o nu că se un care pentru este mai au fost să ce al sunt dar sau fi după "
        "ale lui prin cel ca cele ei am lor între până unei acest această ai când va fără despre unui "
        "doar",
        "sk": "a v sa na je s z že do o k ako to i pre po od ale za si so bol bolo bola sú podľa pri aj už jeho "
        "ktoré ktorý ktorá nie len tak alebo keď bude až medzi pred byť roku",
        "sl": "je in v na se da so za z s pa ki ne po od kot o bi tudi ali to iz do pri še bil bila bilo ko le "
        "kako med ni ter lahko pred samo bo leta smo kar že sem",
        "so": "oo ka waa iyo in uu ku ay ah la soo u ee ayaa waxaa waxa kale sida isaga leh kaas si ugu kuwa wax ma",
        "sq": "të e në për me dhe një që nga se është u ka ai kjo do si më ky por nuk i kanë janë ishte duke "
        "shumë mund edhe pas tij kur ose deri gjatë pa sipas",
        "sv": "och i att det som en på är av för med till den har de inte om ett han men var sig från vi så kan "
        "när år under också efter eller nu sin där vid mot ska skulle ut över än jag mer blir hon få alla "
        "andra mellan",
        "sw": "ya na wa kwa ni katika la za kuwa cha hii hiyo huo lakini au kama pia yake wake baada sana "
        "hakuna watu kutoka mwaka ambayo ambao hilo huyo alisema ili bado kila",
        "tl": "ang ng sa na mga at ay ni si para ito hindi may nang isang kung mula siya rin din kanyang kay "
        "ayon dahil pero sila ako ka ko mo niya nila wala",
        "tr": "ve bir bu da de için ile çok olarak daha olan gibi sonra kadar ne en ise ancak ya var yok değil "
        "oldu o her ama ki diye göre olduğu üzerine tarafından mi mı etti eden iki yeni",
        "vi": "và của là có cho các không được trong một với những người này đã khi đến từ như về ra tại để năm "
        "vào theo trên ông cũng sẽ nhiều phải hơn sau còn",
    }.items()
}
