"""Nothing -> the towns from which agencies write, by which a word in capitals before a text is told from a name."""

from __future__ import annotations

from monitor.text import words

TOWNS = frozenset(
    word
    for town in """
abbeville agen aix ajaccio albi alencon ales amiens angers angouleme annecy antibes arles arras aubervilliers auch
aurillac auxerre avignon bastia bayonne beauvais belfort besancon beziers biarritz blois bobigny bordeaux boulogne
bourges brest caen cahors calais cannes carcassonne carpentras cayenne cergy chalons chambery chamonix charleville
chartres chateauroux chaumont cherbourg cholet clermont colmar colombes compiegne creteil dax dieppe digne dijon douai
draguignan dunkerque epinal evreux evry foix frejus gap grasse grenoble gueret guingamp hendaye laon laval lens lille
limoges lisieux lons lorient lourdes lyon macon mamoudzou marseille meaux melun mende metz millau montauban montbeliard
montlucon montpellier montreuil moulins mulhouse nancy nanterre nantes narbonne nevers nice nimes niort noumea orleans
orly papeete pau perigueux perpignan poitiers pontoise privas quimper reims rennes roanne rodez roissy roubaix rouen
saintes sarcelles sarreguemines saumur senlis sete soissons strasbourg tarbes thionville toul toulon toulouse tourcoing
tours troyes tulle valence valenciennes vannes verdun versailles vesoul vichy vienne vierzon villeurbanne vitry
alost anvers arlon bastogne bruges bruxelles charleroi courtrai dinant eupen gand genk hasselt huy liege louvain malines
marche mons mouscron namur nivelles ostende tournai verviers wavre zaventem
aarau appenzell bale bellinzone berne bienne bulle coire davos delemont frauenfeld fribourg geneve glaris lausanne
liestal locarno lucerne lugano martigny monthey montreux morges neuchatel nyon payerne porrentruy sarnen schaffhouse
schwyz sierre sion soleure stans thoune vevey winterthour yverdon zermatt zoug zurich
aberdeen bath belfast birmingham blackpool bolton bournemouth bradford brighton bristol cambridge canterbury cardiff
carlisle chester colchester cork coventry derby derry doncaster dover dundee durham edinburgh exeter galway glasgow
gloucester grimsby guildford hastings hereford huddersfield hull inverness ipswich lancaster leeds leicester limerick
lincoln liverpool london luton maidstone manchester middlesbrough newcastle newport northampton norwich nottingham
oldham omagh oxford perth peterborough plymouth portsmouth preston reading rochdale salford salisbury sheffield
shrewsbury southampton southend stevenage stirling stockport stoke sunderland swansea swindon taunton truro wakefield
walsall warrington waterford watford wigan winchester windsor wolverhampton worcester wrexham york
albany albuquerque anchorage atlanta augusta austin baltimore boise boston buffalo charleston charlotte cheyenne chicago
cincinnati cleveland columbia columbus dallas denver detroit dover fargo frankfort harrisburg hartford helena honolulu
houston indianapolis jackson jacksonville juneau lansing lincoln louisville memphis miami milwaukee minneapolis mobile
montgomery montpelier nashville newark oakland olympia omaha orlando philadelphia phoenix pierre pittsburgh portland
providence raleigh reno richmond sacramento savannah seattle spokane springfield tallahassee tampa topeka trenton tucson
tulsa washington wichita calgary charlottetown edmonton fredericton gatineau halifax hamilton iqaluit kelowna laval
levis moncton montreal ottawa quebec regina rimouski saguenay saskatoon sherbrooke toronto vancouver victoria whitehorse
winnipeg yellowknife
abidjan abuja accra addis adelaide aden alep alexandrie alger algiers alicante almaty amman amsterdam anchorage ankara
antananarivo apia ashgabat asmara astana asuncion athenes athens auckland augsbourg bagdad baghdad bakou baku bali
bamako bangalore bangkok bangui banjul barcelone barcelona bari beira beijing beirut belem belgrade belmopan benghazi
bergame berlin bern beyrouth bichkek bilbao bishkek bissau bogota bologna bologne bombay bonn brasilia bratislava
brasov brazzaville breme bremen brisbane brno brussels bucarest bucharest budapest bujumbura busan cagliari cairo
calcutta canberra caracas casablanca catane chennai chisinau chongqing cologne colombo conakry copenhague copenhagen
cordoue cotonou cracovie dacca dakar damas damascus darwin delhi dhaka dili djakarta djeddah djibouti dodoma doha
donetsk douala dresde dubai dublin durban dushanbe dusseldorf erbil erevan essen fes florence francfort frankfurt
freetown fukushima gabes gaborone gaza gdansk genes geneva genoa gitega goma goteborg graz grenade guatemala guayaquil
hague hambourg hamburg hanoi hanovre harare havana havane hebron helsinki herat hiroshima hobart homs incheon ispahan
islamabad istanbul izmir jakarta jenine jerusalem johannesburg juba kaboul kabul kampala kandahar karachi kazan kharkiv
kharkov khartoum kherson kiel kiev kigali kingston kinshasa kobe konakry koweit krakow kyiv kyoto lagos lahore leipzig
libreville lilongwe lima linz lisbonne lisbon ljubljana lome lougansk luanda lubumbashi luxembourg lviv madrid malabo
malaga malmo managua manama manille manila maputo mariupol marrakech maseru mascate mayence mbabane mecque medellin
melbourne messine mexico milan minsk mogadiscio mogadishu monaco monrovia monterrey montevideo moroni moscou moscow
mosul munich mumbai nairobi nagasaki nagoya naplouse naples nassau ndjamena niamey nicosie nicosia nouakchott
novossibirsk nuremberg odessa oran osaka oslo ottawa ouagadougou oulan padoue palerme palermo palma panama paramaribo
paris pekin peshawar phuket pise podgorica porto prague praia pretoria pristina pyongyang quito rabat rafah rangoun
reykjavik riga rimini riyad riyadh rome rosario rostock rostov rotterdam saigon salvador salzbourg samara sanaa
santiago sapporo sarajevo seoul seville sfax shanghai shenzhen singapour singapore skopje smolensk sofia split
stockholm stuttgart sucre suva sydney szeged tachkent taipei tallinn tamanrasset tananarive tanger tbilissi tbilisi
tegucigalpa teheran tehran thessalonique thimphou tirana tokyo toronto toulouse trieste tripoli tunis turin uppsala
utrecht vaduz valparaiso varna varsovie warsaw vatican venise venice verone victoria vienna vientiane vilnius
vladivostok volgograd wellington windhoek wuhan yalta yamoussoukro yaounde yerevan zagreb zaporijjia
""".split()
    for word in words(town)
)
"""Towns of one word, folded: seats of states and of regions where the two languages are spoken, other large towns."""
