"""Given name -> the same name in other languages and spellings, as translators and their machines write it.

A machine makes Antoine of Antony and Jean of John. So with `fuzzy` the given name of a person may stand in any form of
its family here; the surname may not.
"""

from __future__ import annotations

from collections.abc import Mapping

_FAMILIES = """
abdallah abdullah abdulla abdalla
abdel abdul abdal abdoul
abdelfattah abdulfattah
ahmed ahmad achmed ahmet
alain alan allan allen
albert alberto
aleksandar alexandre alexander aleksandr alexandr alessandro alejandro alexandros oleksandr aliaksandr aleksander
alexei alexey alexis aleksei aleksey aleksej alexej oleksii oleksiy
alexandra aleksandra oleksandra
ali aly
andre andrew andreas andrei andrey andrej andrea andres andrzej andrii andriy
anne anna ann ana hanna
antony anthony antoine anton antonio antoni antonin tony
ariel arial
arnaud arnold arnaldo
arsene arseny arseniy arsenij
augustin augusto august auguste
barack barak
benjamin benyamin binyamin beniamin
benoit benedict benedikt benito
bernard bernhard bernardo bernd
boris borys
bachar bashar basher bachir
carlos carlo charles karl carl karel karol charly charlie
catherine katherine kathryn katarina katharina ekaterina caterina iekaterina yekaterina
cecile cecilia
christian kristian cristian
christine kristina christina cristina
christophe christopher christoph cristobal kristofer
claude claudio claudius
damien damian damiano
daniel danil danilo daniil danylo danielle
david dawid
denis dennis denys
didier desiderio
dimitri dmitri dmitry dmitriy dmitrij dmytro dimitrios dmitrii dimitrij
dominique dominic dominik domenico
donald donnie
edouard edward eduard eduardo edgard ed
elisabeth elizabeth elizaveta isabel liz lisa
elie elias ilia ilya ilja ilie
emmanuel emanuel manuel immanuel
enrique henri henry heinrich enrico henrik hendrik heinz henryk
eric erik erich
ernest ernesto ernst
etienne stephane stephen steven stefan stephan esteban stefano szczepan steve
eugene evgueni evgeny yevgeny evgeni evgenij jewgeni yevgeni ievgueni yevhen
fabrice fabrizio fabricio
ferdinand fernando
florent florence
francois francis francisco francesco franz frans frank frantisek franciszek
frederic frederick friedrich federico frederik fredrik
gabriel gabriele
gaston gastone
geoffroy geoffrey jeffrey godfrey jeff
georges george georg jorge giorgio gueorgui georgi georgy jerzy yorgos giorgos
gerard gerhard gerardo gerald
gilles giles aegidius
giuseppe joseph josef jose jozef joe joey yossef yosef iossif josip
giovanni jean john johan johannes johann juan joao ivan jan hans yann jon giannis ioannis
gregoire gregory grigori gregor gregorio grigory grzegorz
guillaume william wilhelm guglielmo guillermo willem bill
gustave gustav gustavo
guy guido
hassan hasan hassane
helene helen helena elena ielena yelena olena
hugues hugo hugh ugo
hussein hussain hossein husein houssein
igor ihor
ignace ignacio ignatius ignazio
isaac itzhak yitzhak isak
jacob yaakov jakob iacob iakov
jacques james jaime giacomo jakub santiago jim jimmy
jerome geronimo hieronymus
joachim joaquin gioacchino
jonathan yonatan
josue joshua yehoshua
jules julius julio giulio
julien julian giuliano
justin justino iustin
kamala camala
khalid khaled
kyriakos kyriakou
laurent lawrence lorenzo laurence lorenz
leon leo leone lev
leonide leonid leonidas
louis ludwig luis luigi lewis ludovic lodewijk luiz
luc lucas lukas luke lukasz luca
ludmila lioudmila lyudmila ljudmila
mahmoud mahmud mahmood
marc mark marco marcus markus marek marcos
marguerite margaret margareta margarita margrethe
marie maria mary mariya maryam
marine marina
martin marten martino
mathieu matthieu matthew matteo matthias mateo mateusz mattias
maurice moritz mauricio maurizio
maxime maxim maksim maximilien maximilian massimo maksym
michel michael mikhail michele miguel mikael michal mikhael mykhailo micheal mickael mike michail
mohammed mohamed mohammad muhammad mahomet mohamad muhammed mehmet mehmed
moise moses moshe
moustafa mustafa mostafa mustapha moustapha
mouammar moammar muammar
nicolas nicholas nikolai nikolaus nikolay niccolo nikolaj nicola nikolas nikol nikos mykola
nathalie natalia natalie natalya natalja
olivier oliver olivero
omar omer umar
otto othon
pascal pasquale pascual
patrick patrice patrizio
paul pavel paolo pablo pawel paulo pavlo
philippe philip philipp felipe filip filippo phillip
pierre peter piotr pyotr pjotr pedro pietro petr petro petros petar
rafael raphael raffaele
raymond raimund raimondo
raoul raul
recep rejep redjep
remy remi remigio
rene renato renatus
ricardo richard riccardo rick
robert roberto bob
roger rogelio ruggero
roland rolando orlando
romain roman romano
sebastien sebastian sebastiano
serge sergei sergey serguei sergej sergio sergi serhii serhiy
silvio sylvio sylvain silvan
simon simeon semion
sophie sofia sophia
suzanne susan susanna susanne
tayyip tayip tayyib tayib
theodore theodor fiodor fyodor fedor teodoro
theresa therese teresa
thierry dietrich theodoric
thomas tomas tommaso tom
ursula ursule
valerie valeria
valery valeri valerij valeriy valerio valerian
victor viktor vittorio wiktor
viktoria victoria victoire
vincent vincenzo vicente
vladimir wladimir volodymyr wolodymyr uladzimir
vaclav wenceslas waclaw
viatcheslav vyacheslav wjatscheslaw viacheslav
xavier javier
yves ivo iwo
yasser yassir yasir
youri yuri yury iouri juri jurij yuriy youry iurii
youssef yusuf yousef joussef yusef yossouf
zacharie zachary zacharias
"""


def _kin() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in _FAMILIES.split("\n"):
        family = line.split()
        for name in family:
            found.setdefault(name, {}).update(dict.fromkeys(family))
    return {name: tuple(other for other in family if other != name) for name, family in found.items()}


_KIN = _kin()


def is_given(name: str) -> bool:
    """Whether a folded word is a given name of a known family."""
    return name in _KIN


def other_forms(name: str) -> tuple[str, ...]:
    """The other forms of a folded given name; none for a name without a known family."""
    return _KIN.get(name, ())
