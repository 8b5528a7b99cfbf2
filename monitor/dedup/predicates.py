"""Nothing -> word list: the French and English words by which the press tells of events, by kind.

All words are folded (see monitor.text.fold). `bless*` is every word that begins so, `shot_dead` words in a row, and a
word after `?` may tell of the kind, so that an article with it has told it, but does not claim it by itself. A row of
words of kind `-` tells nothing: an open fire, behind closed doors. Events that exclude each other are of two kinds.
Written down from what agencies report, and lengthened where labelled articles (tests/data) showed a gap.
"""

from __future__ import annotations

PREDICATES = """
death: mort morts morte mortes mortel mortelle mortels mortelles mourir meurt meurent mourut moururent decede* deces
 decedent peri perit perirent perissent trepas succomb* perdu_la_vie perdent_la_vie perd_la_vie coute_la_vie tue tues
 tuee tuees tuent tuer tuant tuerie* died dies dying dead death deaths deadly die kill kills killed killing killings
 fatal fatally fatalit* perish* lost_his_life lost_her_life lost_their_lives claimed_the_life claimed_the_lives
 claimed_lives costs_lives ?cadavre* ?bodies ?funerailles ?obseques ?funeral* ?deuil ?mourning ?fatalities ?necropol*
 ?sepult* ?tomb ?tombs ?burial* ?squelett* ?skelet* ?assassin* ?meurtr* ?murder* ?execut* ?slain ?suicid* ?tombeau*
murder: assassin* meurtr* homicide* murder* slain slaying* execute executes executed executee executees execution*
 executer executent beheaded decapit* lynche lynchee lynching lynched ?abattu* ?poignarde* ?stabbed ?gunned ?shot
suicide: suicid* mis_fin_a_ses_jours donne_la_mort took_his_own_life took_her_own_life killed_himself killed_herself
injury: bless* injur* wounded wounding wounds hurt hurts brulures ?brule* ?burns ?burned ?fracture* ?infirmary
 ?contusion* ?commotionne* ?casualt* ?hospitalis* ?hospitaliz* ?a_l_hopital ?to_hospital ?in_hospital ?to_the_hospital
hospital: hospitalis* hospitaliz* ?hopital ?hopitaux ?hospital ?hospitals ?infirmary ?clinique ?clinic ?chu ?urgences
 ?ambulance* ?bless* ?injur* ?wounded ?hurt
attack: attaqu* attentat* attack* agression* agresse agressee agresses agresser agresseur* assaut assault* raid raids
 bombard* bombing bombings bombed shelling shelled airstrike* air_strike air_strikes frappe_aerienne frappes_aeriennes
 ambush* embuscade* ?frappe ?frappes ?strike ?strikes ?missile* ?terroris* ?fired ?drone* ?stabb* ?shooting*
 ?fusillade*
shooting: fusillade* coup_de_feu coups_de_feu ouvert_le_feu ouvre_le_feu ouvrir_le_feu gunfire gunman gunmen gunned
 shot_dead shot_and_killed was_shot were_shot been_shot shots_fired fired shot_in shot_at shooting shootings
 opened_fire opens_fire open_fire abattu abattus abattue abattues tire_sur tires_par_balle par_balle* ?tirs ?shot
 ?shots ?bullet*
stabbing: poignard* stab stabs stabbed stabbing* coup_de_couteau coups_de_couteau arme_blanche knifed ?couteau* ?knife
 ?knives
abduction: enlevement* kidnap* abduct* otage* hostage* rapt sequestr* ?enlever ?enleve ?enleves ?enlevee ?enlevees
 ?captive* ?captivite ?captors
rape: viol viols violee violees violeur* rape raped rapes raping rapist agression_sexuelle agressions_sexuelles
 sexual_assault sexually_assaulted ?viole ?violer ?sexuel* ?sexual*
fire: incendie incendies incendiee incendiees incendier incendient brasier* flamme flammes blaze* blazing wildfire*
 ablaze pris_feu prend_feu prennent_feu mis_le_feu mettre_le_feu mettent_le_feu feu_de_foret feux_de_foret caught_fire
 catches_fire set_fire on_fire torched accident accidents accidente accidentee accidentes embrase embrasee embrases
 embrasent embrasement calcin* ?feu ?feux ?fire ?fires ?brul* ?burn* ?gutted ?alight ?fumee* ?smoke ?arson*
arson: arson* pyroman* origine_criminelle incendie_criminel incendie_volontaire mis_le_feu_volontairement
 volontairement_mis_le_feu deliberately_lit ont_incendie a_incendie avoir_incendie set_fire_to set_alight ?incendiaire*
explosion: explosion explosions a_explose ont_explose explosed exploded explodes detonat* deflagration* blast blasts
 bombe bombes bomb bombs accident accidents accidente accidentee accidentes
accident: accident accidents accidente accidentee accidentes collision* collided collide collides percute percutee
 percutes percuter deraill* derail* crash* overturn* carambolage* sorti_de_ses_rails quitte_les_rails quitte_ses_rails
 left_the_rails came_off_the_rails ?renvers* ?heurt* ?rails
wreck: naufrag* chavir* shipwreck* capsiz* sank sunk sinks sinking aground echouement* accident accidents accidente
 accidentee accidentes a_sombre ont_sombre ?coule ?coules ?echoue ?sink ?wreck*
quake: seisme* sismique* tremblement_de_terre tremblements_de_terre earthquake* quake* aftershock* ?secousse*
 ?magnitude ?tremors ?tremor
flood: inond* crue crues flood* submersion ?debord*
storm: tempete* orage orages ouragan* cyclone* tornad* typhon* storm storms stormy hurricane* typhoon* thunderstorm*
 ?intemper* ?rafale* ?gale ?gales ?gust* ?bourrasque* ?foudre ?lightning
landslide: eboulement* glissement_de_terrain glissements_de_terrain coulee_de_boue coulees_de_boue landslide* landslip*
 mudslide* rockfall* ?boue ?mud
avalanche: avalanche*
eruption: erupt*
epidemic: epidem* pandem* outbreak_of_cholera ?outbreak ?contamin* ?infect*
collapse: effondr* ecroul* collaps* cave_in caved_in accident accidents accidente accidentee accidentes ?gave_way ?cede
 ?fell ?came_down ?chute
missing: disparu* disparition* missing unaccounted ?introuvable* ?recherches ?recherchee ?recherchees
 ?toujours_recherche ?vol ?vole* ?stolen ?theft* ?derob*
rescue: rescu* sauvetage* secouru* sain_et_sauf saine_et_sauve sains_et_saufs saines_et_sauves found_alive
 retrouve_vivant retrouvee_vivante retrouves_vivants ?alive ?vivant* ?sauve* ?saved ?survi* ?rescape* ?winched
 ?helitreu* ?recueilli*
evacuation: evacu* ?relog*
arrest: arrestation* arrest arrests arrested arresting arretee arretees arrete interpell* garde_a_vue gardes_a_vue
 in_custody into_custody detained detains detaining detention_of ete_arrete est_arrete police_a_arrete
 policiers_ont_arrete gendarmes_ont_arrete ont_arrete un_suspect_arrete homme_arrete ?detenu* ?custody ?appreh*
 ?recaptur* ?captur* ?menott* ?handcuff* ?arretes ?arreter ?arretent ?ecrou* ?remanded
custody: ecrou* incarcer* detention_provisoire mandat_de_depot remanded mandat_d_arret behind_bars ?emprison* ?jail
 ?jailed ?imprison* ?detention ?detenu* ?remand
release: libere liberee liberes liberees liberer liberent liberation liberations relach* elargi_de freed frees set_free
 was_released were_released been_released released_from released_on remis_en_liberte remise_en_liberte
 remettre_en_liberte sous_controle_judiciaire on_bail ?libres ?released ?bail
escape: evade evadee evades evadees evader evadent evasion* cavale on_the_run breakout jailbreak escaped_from
 escapes_from s_est_echappe s_est_enfui ?en_fuite ?enfui* ?fled ?flee ?fuyard* ?fugiti* ?absconded ?vanish*
 ?failed_to_return ?never_came_back ?not_come_back ?not_return
recapture: recaptur* was_captured were_captured been_captured was_caught been_caught ?arrested ?back_in_custody
 ?captur*
surrender: surrender* capitul* reddition* s_est_livre gave_himself_up constitue_prisonnier s_est_rendu_a_la_police
 s_est_rendue_a_la_police ?rend ?gave_themselves_up
charge: inculp* mis_en_examen mise_en_examen mises_en_examen charged indict* arraign* renvoye_devant poursuivi_pour
 poursuivie_pour prosecuted ?charges ?poursuivi ?poursuivie ?poursuivis ?poursuites
trial: proces comparu* comparaitre comparait comparaissent comparution* trial trials appeared_in_court appears_in_court
 appeared_before_court stand_trial stood_trial ?assises ?audience* ?juge ?jugee ?jugement ?hearing* ?dock ?verdict
 ?jury ?jurors ?court_heard ?tribunal ?court
conviction: condamne condamnee condamnes condamnees coupable coupables convict* guilty sentenced emprisonn* imprison*
 jailed jails reclusion prison_ferme life_sentence ?sentence ?sentences ?jail ?peine ?peines ?condamn* ?serving_time
 ?inmate* ?detenu* ?prisoner*
acquittal: acquitte acquittee acquittes acquittees acquitter acquittement* acquits acquit acquitted acquittal
 acquittals relaxe relaxee relaxes relaxees blanchi blanchie blanchis blanchies non_lieu exonerat* mis_hors_de_cause
 mise_hors_de_cause cleared_of not_guilty innocente innocentee innocentes ?cleared
appeal: fait_appel fera_appel feront_appel interjet* to_appeal appealed_against lodged_an_appeal pourvoi* ?appeal
 ?appeals ?appealed ?recours ?en_appel
suit: porte_plainte portent_plainte porter_plainte depose_plainte deposer_plainte lawsuit* sues sued suing ?plainte*
 ?complaint*
confession: avoue avouee avoues avouer avouent aveu aveux confess* passe_aux_aveux reconnu_avoir reconnait_avoir
 pleaded_guilty pleads_guilty pleading_guilty plead_guilty plaide_coupable admitted_killing admits_killing ?reconnait
 ?admits ?admitted
crime: cambriol* braquage* braqueur* disparu* robbed robber* robbery robberies burgl* heist theft thefts stole stolen
 loot* pillage* pille pilles pillee pillees ?vol ?vols ?vole* ?steal* ?derob* ?butin ?braqu*
fraud: fraud* escroqu* embezzl* detournement_de_fonds detourne_des_fonds corruption corrompu* briber* bribe bribes
 pot_de_vin pots_de_vin money_laundering blanchiment ?detourn* ?laund* ?corrupt*
search: perquisition* raid raids raided searched_the were_searched was_searched ?fouill*
hijack: hijack* detournement_d_avion
extradition: extrad*
expulsion: expuls* deport* expel* reconduit_a_la_frontiere refoul* ?evict*
war: guerre guerres war wars warfare invasion* invad* hostilites hostilities ?envahi* ?conflit* ?conflict* ?combats
 ?fighting ?offensive*
ceasefire: cessez_le_feu cessez_feu treve treves ceasefire* cease_fire cease_fires truce truces armistice*
agreement: accord accords agreement* agreed agrees pacte pactes pact pacts traite_de_paix treaty treaties deal_reached
 deal_is_reached reached_a_deal reach_a_deal struck_a_deal strikes_deal strike_deal compromis_trouve entente
 s_entendent se_sont_entendus s_accordent se_sont_accordes ?deal ?deals ?compromis* ?agree ?settlement ?accorde* ?signe
 ?signed ?signature
signature: signee signees signer signent signature* signed signing a_signe ont_signe ete_signe ete_signes avoir_signe
 inked ?signe ?signes ?sign ?signs ?paraphe*
failure: echec echoue echouent collapse_of_talks talks_collapse talks_collapsed talks_collapsing broke_down breaks_down
 breakdown_of rompu rompue rompus rompues rompt rupture ?echecs ?fail* ?effondr* ?impasse ?deadlock* ?stalemate ?rompre
 talks_fail talks_failed effort_fails
withdrawal: retrait retraits withdraw* withdrew pull_out pulls_out pulled_out pulling_out pullout pullback retire_ses
 retirent_leurs retire_sa retire_son s_est_retire se_retire ?abandon* ?retir* ?quitte ?quittent ?depart
renunciation: renonc* gave_up gives_up ?abandon* ?withdr* ?retir* ?quit ?quits ?backs_down ?backed_down
abandonment: ?renonc* abandonnent abandonner has_abandoned have_abandoned was_abandoned been_abandoned be_abandoned
 abandons abandonment a_abandonne ont_abandonne ete_abandonne abandonne_le abandonne_la abandonne_l abandonne_son
 abandonne_sa abandonne_ses ?abandon* scrapped scraps shelved axed drops_plan dropped_plans backs_down backed_down
 u_turn fait_marche_arriere ?withdr* ?annul* ?cancel* ?enterre ?ditch*
cancellation: annul* cancel* called_off calls_off calling_off scrapped halts halted halting ?supprim* ?scrap* ?abandon*
 ?grounded ?grounding
postponement: postpon* ajourn* adjourn* repouss* reportee reportees reporte_a reporte_au reporte_d reportes_a put_off
 pushed_back ?reporte ?delay* ?decale*
resignation: demission* resign* step_down steps_down stepped_down stepping_down stand_down stands_down stood_down
 standing_down quitte_ses_fonctions quitte_son_poste quitter_ses_fonctions jette_l_eponge has_quit ?quit ?quits
dismissal: limoge limogee limoger limogeage* licencie licenciee licencies licenciees licencier licenciement* destitue
 destituee destitution* revoqu* revocation* evince evincee evinces eviction_du sacked sacking sacks fired was_dismissed
 been_dismissed dismissed_from dismissed_for dismissal* oust* impeach* laid_off layoff* lay_off redundan* job_cuts
 cut_jobs cuts_jobs suppressions_d_emplois suppressions_de_postes suppression_de_postes suppression_d_emplois
 terminated_his_contract terminated_her_contract ended_his_contract ended_her_contract tore_up_the_contract
 rompt_son_contrat rompu_son_contrat ?congedi* ?removed_as ?terminat* ?dismiss*
appointment: nomination nominations nomme_a nomme_au nommee_a nommee_au nomme_premier nomme_directeur nommee_directrice
 a_ete_nomme a_ete_nommee est_nomme est_nommee ete_nommes appointed appoints appointing sworn_in prete_serment
 preter_serment investiture* named_as_new named_new ?nomme* ?named ?appointment* ?designe* ?choisi ?choisie ?chosen
 ?succeed* ?succede* ?replaces ?remplace ?nominat*
election: reelu* reelect* elect elects elected a_ete_elu a_ete_elue ete_elus est_elu est_elue elu_president
 elue_presidente elu_maire elue_maire ?elu ?elue ?elus ?elues ?election* ?electoral* ?scrutin* ?vote* ?voting ?poll
 ?polls ?ballot* ?urnes ?elire ?suffrage*
vote: vote votes votent voted voting scrutin* ballot* referendum* ?adopte ?adoption ?approuv* ?approv* ?election*
 ?urnes ?poll ?polls ?suffrage*
approval: adopte adoptee adoptes adoptees adopter adoption* adopted adopts approuv* approves approved approval approve
 ratif* entein* enterin* a_valide ont_valide ete_valide valide_par validee validees feu_vert green_light green_lit
 greenlight* autorise autorisee autorises autorisees autorisation* authoris* authoriz* okays ?accepte* ?accepted
 ?backed ?backs ?endors* ?valide ?homologuee ?passed_by ?passed_a ?passed_the ?passed_it ?was_passed ?were_passed
refusal: refus refuse refusent refuser refused refusal* refuses rejet rejete rejetee rejetent rejets rejetees rejetes
 rejette rejettent rejeter rejected rejects rejection* reject rejecting veto* vetoes vetoed deboute deboutee
 turned_down turns_down voted_down ?repousse ?decline* ?dismissed
block: bloque bloquee bloques bloquees bloquent bloquer blocage* blocus blockade* blocked blocks blocking barricad*
 ?veto* ?entrave* ?coupee ?coupees ?paralys* ?immobilis* ?coinc* ?stuck ?stranded
ban: interdi* ban bans banned banning prohib* outlaw* embargo* boycott* ?barred ?forbid* ?illicit* ?illegal*
sanction: sanctionne sanctionnee sanctionnes sanctionnees sanctions sanction sanctioned sanctioning amende amendes
 fined penalised penalized penalise penalisee ?fines ?punish* ?puni*
restriction: restrict* restrein* restreign* rationne* rationing curfew* couvre_feu confinement* lockdown* ?limite*
 ?curb*
freeze: gel_des gel_de gele geler freez* froze frozen ?gel ?vergl* ?icy
lift: levee_de levee_des leve_les_sanctions lever_les_sanctions leve_l_interdiction lifts_ban lifts_the_ban lifts_its
 lifted_its lifted_the_ban lifted_a_ban been_lifted was_lifted were_lifted be_lifted lifting_of easing_of ?lift*
 ?backs_down ?backed_down ?u_turn ?levee ?levees ?leve ?lever ?assoupl* ?easing ?eased
suspension: suspend* suspens suspension* halted halts halting moratoire* moratorium stood_down stands_down arrete
 arretent arretee arretees s_arrete s_arretent ?interromp* ?interrompu* ?interrupt* ?stop* ?halt ?cesse ?pause
strike: greve greves greviste* strikers walkout* walk_out walked_out walks_out debray* on_strike go_on_strike
 went_on_strike strike_action cesse_le_travail down_tools downed_tools industrial_action ?strike ?strikes ?striking
 ?picket* ?arret_de_travail ?stoppage*
protest: manifestation* manifestant* manifestent manifeste_contre manifester manifeste_pour protest protests protested
 protester* protesting protestation* demonstrators demonstration demonstrations sit_in sit_ins took_to_the_streets
 descendus_dans_la_rue ?rassembl* ?rally ?rallies ?march ?marched ?defile ?defilent ?mobilis* ?demonstrat* ?proteste*
 ?manifeste* ?cortege* ?marche_blanche
riot: emeut* riot riots rioting rioters affrontement* clash clashes clashed echauffouree* ?heurts ?unrest ?troubles
coup: putsch* coup_d_etat overthrow* overthrew renverse_le_president renverse_le_gouvernement ?renverse* ?junte ?junta
concession: conceded concedes conceding admits_defeat admitted_defeat reconnu_sa_defaite reconnait_sa_defaite
 reconnaitre_sa_defaite concession_speech
dissolution: dissou* dissolution* dissolv*
bankruptcy: bankrupt* faillite* insolven* liquidation_judiciaire redressement_judiciaire depose_le_bilan depot_de_bilan
 into_administration into_receivership went_bust goes_bust ?liquid* ?redressement ?receiver*
closure: fermeture* fermee fermees fermer fermera fermeront ferme_ses ferme_definitivement a_ferme ete_ferme est_ferme
 reste_ferme closure* closing_of was_closed were_closed been_closed is_closed are_closed remain_closed remains_closed
 has_closed have_closed closed_its closed_the shutdown* shutters to_shut will_shut was_shut were_shut shuts_its
 to_close will_close closes_its ?closed ?ferment ?abandon* ?shut ?shuts ?close ?closes ?closing ?clos ?ferme_son
 ?ferme_sa ?ferme_ses ?ferme_l ?ferme_la ?ferme_les
reopening: rouv* reouv* reopen* ?rouvre*
takeover: rachet* rachat* takeover* acquisition* buyout* repreneur* acquired acquires was_bought were_bought
 been_bought bought_by merger* merge merged merges opa fusionne fusionner fusionnent ?fusion* ?reprise ?reprendre ?buy
 ?buys ?bought ?achete* ?cession ?acquer* ?acquiert
resumption: a_repris ont_repris resumed resumes resuming resumption ?reprise ?repris ?reprend* ?reprennent ?resume
 ?restart* ?redemarr*
apology: s_excuse s_est_excuse s_est_excusee presente_ses_excuses presente_des_excuses presenter_ses_excuses apolog*
 mea_culpa ?excuses ?sorry ?pardon
-: refused_to_comment refuses_to_comment declined_to_comment refuse_de_commenter refuse_de_repondre
 refuse_de_s_exprimer refused_to_say refused_to_answer refuse_tout_commentaire refuse_toute_declaration
 refus_de_commenter refused_to_speak behind_closed_doors guerre_mondiale world_war cold_war guerre_froide apres_guerre
 post_war star_wars guerre_des_prix price_war explosion_des_prix explosion_de_joie amende_honorable war_memorial
 war_museum monument_aux_morts d_accord accord_cadre feu_d_artifice feux_d_artifice feu_rouge feux_rouges fire_service
 fire_services fire_brigade fire_crews fire_engine fire_engines fire_station fire_officer fire_chief fire_and_rescue
 point_mort temps_mort temps_morts lettre_morte nature_morte mer_morte dead_end dead_heat dead_sea
 en_voie_de_disparition trial_period clinical_trial clinical_trials arrete_prefectoral arrete_municipal
 arrete_ministeriel arretes_prefectoraux un_arrete par_arrete de_l_arrete contre_l_arrete l_arrete_du l_arrete_pris
 cet_arrete son_arrete attaquant attaquants attaquante attaquantes attacking attacker attackers blessing blessings
 blessed bless floodlight floodlights floodlit quaker quakers blazer blazers resigne resignee resignes condamne_l
 condamne_la condamne_le condamne_les condamne_cette condamne_cet condamne_ce condamne_ces condamne_fermement
 condamne_vivement contre_attaque s_attaquer s_attaque s_attaquent s_attaquant attaque_en_justice heart_attack
 heart_attacks war_of_words guerre_des_mots avec_l_accord en_accord protested_his_innocence protested_her_innocence
 protests_his_innocence protest_his_innocence rescue_plan rescue_package plan_de_sauvetage freed_up frees_up storm_of
 political_storm tempete_politique tempete_de flood_of avalanche_de avalanche_of seisme_politique flamme_olympique
 flame_of en_retrait retrait_de_permis rupture_de_stock echec_scolaire cardiac_arrest sacks_of fait_la_une agreed_with
 conceded_a conceded_two conceded_goals
"""
"""Kinds of events, a kind at each line that does not begin with a space, with the words that tell them."""

CLOSE = """
arrest: charge custody
charge: trial conviction
custody: conviction
trial: conviction acquittal
suspension: ?cancellation ?block ?closure ?strike
cancellation: ?suspension ?block ?closure abandonment
block: ?suspension ?cancellation ?closure ?strike ?freeze refusal
abandonment: cancellation
agreement: signature
crime: ?fraud
fraud: crime
missing: abduction ?fraud crime
hospital: injury
protest: riot
"""
"""A kind of event at each line, and those after which it is no news: who is tried was charged, what is shut stopped.

One with `?` need not be claimed, any word of it is enough.
"""
