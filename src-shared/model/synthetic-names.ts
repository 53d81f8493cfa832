/** Common Slovenian names, streets and towns, the most common first; for invented customers. */

export const surnames: readonly string[] = words(`
Novak Horvat Kovačič Krajnc Zupančič Potočnik Kovač Mlakar Kos Vidmar Golob Turk Božič Kralj Korošec Zupan
Bizjak Hribar Kotnik Kavčič Rozman Kastelic Oblak Petek Žagar Hočevar Kolar Košir Koren Klemenčič Zajc Knez
Medved Petrič Zupanc Hrovat Pirc Pavlič Kuhar Lah Uršič Zorko Tomažič Sever Babič Erjavec Jerman Jereb Kranjc
Majcen Rupnik Pušnik Breznik Perko Lesjak Dolenc Pečnik Močnik Furlan Pavlin Vidic Logar Kovačević Jenko Ribič
Tomšič Žnidaršič Janežič Marolt Jelen Maček Petrović Blatnik Pintar Černe Gregorič Mihelič Cerar Hozjan Fras
Kokalj Lešnik Dolinar Bezjak Zadravec Leban Mrak Čeh Vidovič Kobal Eržen Jug Bogataj Primožič Rus Kolenc
Kristan Likar Bregar Rutar Štrukelj Trček Škof Zakrajšek Kuzma Lukančič Ambrožič Kocjančič Kodrič Nemec
Tratnik Rajh Ferk Mohorič Jamnik Toplak Gorjup Simončič Volk Zver Skok Žižek Šuštar Bajc Gomboc Hafner Lavrič
Stopar Humar Gorenc Miklavčič Šinkovec Šmid Omerzel Peterka Mavrič Vovk Bračko Ivančič Kern Gruden Kosi Kaučič
Jazbec Strnad Fajdiga Filipič Podgoršek Smrekar Čuk Demšar Kuzmič Planinc Sušnik Zorman Bevk Grilc Avsec
Jesenko Mikulič Trobec Remic Perme Hodžić Hodnik Begić Marković Jovanović Nikolić Ilić Đorđević Popović
`);

export const firstNames: readonly string[] = words(`
Franc Marija Janez Ana Marko Maja Andrej Irena Ivan Mojca Anton Mateja Jožef Nina Jože Nataša Luka Andreja
Peter Barbara Matej Jožefa Marjan Eva Tomaž Katja Milan Anja Aleš Petra Branko Jožica Bojan Sonja Robert
Katarina Rok Tanja Boštjan Milena Matjaž Tina Gregor Alenka Miha Vesna Martin Martina Stanislav Majda Igor
Urška David Špela Dejan Frančiška Žiga Tjaša Boris Nika Jan Helena Dušan Terezija Nejc Tatjana Jure Ivana Uroš
Dragica Žan Kristina Alojz Anica Blaž Tadeja Mitja Zdenka Jaka Simona Simon Neža Klemen Danica Matic Lara
Darko Marjeta Aljaž Slavica Primož Sara Gašper Zala Drago Suzana Jernej Jana Aleksander Olga Gorazd Ema Anže
Darja Denis Vida Miran Lidija Tadej Angela Zoran Klara Domen Zoja Erik Brigita Filip Ajda Rudolf Veronika
Stanko Silva Tilen Ljudmila Vladimir Manca Vid Hana Jakob Polona Damjan Renata Štefan Ksenija Goran Lucija
Sašo Karmen Maks Magdalena Slavko Gaja Borut Cvetka Sebastijan Monika Davorin Saša Nik Štefanija Mark Julija
Danijel Rozalija Edvard Mihaela
`);

export const streets: readonly string[] = lines(`
Slovenska cesta | Cankarjeva ulica | Prešernova ulica | Partizanska cesta
Trubarjeva ulica | Ljubljanska cesta | Kidričeva ulica | Gregorčičeva ulica
Šolska ulica | Glavna cesta | Levstikova ulica | Vrtna ulica
Kajuhova ulica | Kolodvorska ulica | Cesta na Markovec | Gosposvetska cesta
Mariborska cesta | Celjska cesta | Poljska pot | Ulica bratov Učakar
Dunajska cesta | Rimska cesta | Tržaška cesta | Celovška cesta
Župančičeva ulica | Jurčičeva ulica | Kersnikova ulica | Maistrova ulica
Stritarjeva ulica | Aškerčeva cesta | Vodnikova ulica | Finžgarjeva ulica
Pod gozdom | Na gmajni | Ob potoku | Cesta ob Savi
Zadružna ulica | Gasilska ulica | Cvetlična ulica | Lipova ulica
Kostanjeva ulica | Brezova pot | Sončna ulica | Gorenjska cesta
Dolenjska cesta | Primorska ulica | Štihova ulica | Ulica talcev
Cesta zmage | Koroška cesta | Ptujska cesta | Kraigherjeva ulica
Rožna dolina | Topniška ulica | Linhartova cesta | Grajska cesta
Mlinska pot | Industrijska cesta | Kamniška ulica | Železniška ulica
Pot v dolino | Hrib | Spodnja vas | Zgornja vas
`);

export interface Town {
  readonly town: string;
  readonly postCode: string;
  /** Area code of its landlines, without the leading 0. */
  readonly area: string;
}

/** Written as: post code, area code, town. */
export const towns: readonly Town[] = lines(`
1000 1 Ljubljana | 2000 2 Maribor | 3000 3 Celje | 4000 4 Kranj
6000 5 Koper | 3320 3 Velenje | 8000 7 Novo mesto | 2250 2 Ptuj
1241 1 Kamnik | 1420 3 Trbovlje | 4270 4 Jesenice | 5000 5 Nova Gorica
1230 1 Domžale | 4220 4 Škofja Loka | 6310 5 Izola | 9000 2 Murska Sobota
1370 1 Logatec | 6230 5 Postojna | 1360 1 Vrhnika | 2310 2 Slovenska Bistrica
1330 1 Kočevje | 1290 1 Grosuplje | 2390 2 Ravne na Koroškem | 2380 2 Slovenj Gradec
8270 7 Krško | 1270 1 Litija | 8250 7 Brežice | 4240 4 Radovljica
5270 5 Ajdovščina | 1215 1 Medvode | 1234 1 Mengeš | 3310 3 Žalec
4260 4 Bled | 5280 5 Idrija | 8340 7 Črnomelj | 6210 5 Sežana
1430 3 Hrastnik | 3270 3 Laško | 6330 5 Piran | 6320 5 Portorož
4290 4 Tržič | 3250 3 Rogaška Slatina | 3230 3 Šentjur | 1310 1 Ribnica
9250 2 Gornja Radgona | 9240 2 Ljutomer | 9220 2 Lendava | 1410 3 Zagorje ob Savi
8330 7 Metlika | 8210 7 Trebnje | 8290 7 Sevnica | 5220 5 Tolmin
1380 1 Cerknica | 2270 2 Ormož | 2392 2 Mežica | 2230 2 Lenart
5230 5 Bovec | 4280 4 Kranjska Gora | 5271 5 Vipava | 6280 5 Ankaran
`).map((line) => {
  const [postCode = '', area = '', ...town] = line.split(' ');
  return { postCode, area, town: town.join(' ') };
});

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function lines(text: string): readonly string[] {
  return text.trim().split(/\s*[|\n]\s*/);
}
