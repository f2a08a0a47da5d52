/** Names of real companies and institutions, French ones first, as they write themselves. */
export const COMPANIES = `
  Accor; Air Liquide; Airbus; Alstom; ArcelorMittal; Arkema; Atos; Axa; BNP Paribas; Bolloré; Bouygues; Bureau Veritas;
  Capgemini; Carrefour; Casino Guichard-Perrachon; CGG; CNP Assurances; Crédit Agricole; Danone; Dassault Systèmes; Edenred;
  Eiffage; Elior; Engie; Eramet; EssilorLuxottica; Euronext; Eurofins Scientific; Eutelsat; Faurecia; Fnac Darty; Gecina;
  Getlink; Hermès; Icade; Iliad; Imerys; Ipsen; Ipsos; JCDecaux; Kering; Klépierre; Korian; L’Oréal; Lagardère; Legrand;
  LVMH Moët Hennessy Louis Vuitton; Mercialys; Métropole Télévision; Michelin; Natixis; Neoen; Nexans; Nexity; Orange; Orpea;
  Pernod Ricard; Peugeot; Plastic Omnium; Publicis Groupe; Quadient; Rémy Cointreau; Renault; Rexel; Rubis; Safran;
  Saint-Gobain; Sanofi; Sartorius Stedim Biotech; Schneider Electric; SCOR; SEB; SES-imagotag; Société Générale; Sodexo; SOITEC;
  Solvay; Sopra Steria; Spie; STMicroelectronics; Suez; Technicolor; Technip Energies; Teleperformance; TF1; Thales;
  TotalEnergies; Trigano; Ubisoft; Unibail-Rodamco-Westfield; Valeo; Vallourec; Veolia; Verallia; Vicat; Vinci; Virbac; Vivendi;
  Wendel; Worldline; SNCF; RATP; EDF; La Poste; Doctolib; BlaBlaCar; Qonto; Swile; Alan; PayFit; Spendesk; Aircall; Algolia;
  Mirakl; ContentSquare; Ledger; ManoMano; Back Market; Vestiaire Collective; Deezer; Dataiku; OVHcloud; Scaleway; Sendinblue;
  Brevo; Ivalua; Cegid; Sage; Talentsoft; Wavestone; Devoteam; Altran; Akka Technologies; Alten; SQLI; Econocom; Inetum; GFI;
  Neurones; Aubay; Infotel; Lectra; Esker; Linedata; Cast; Axway; Generix; Believe; Voodoo; Shift Technology; Owkin; Ynsect;
  Exotec; Verkor; Sorare; Younited; Lydia; Pennylane; Agicap; Malt; Yousign; Lunchr; Ornikar; OpenClassrooms; Blablalines;
  Picard Surgelés; Leroy Merlin; Decathlon; Kiabi; Auchan; Boulanger; Cultura; Adeo; Rossignol; Lafuma; Salomon; Sézane;
  Petit Bateau; Le Slip Français; Bonpoint; Jacadi; Okaïdi; Promod; Camaïeu; Etam; Célio; Devred; Brice; Jules; Naf Naf;
  Fleury Michon; Bonduelle; Lactalis; Sodiaal; Tereos; Avril; Limagrain; InVivo; Bel; Savencia; Andros; Materne; Cristalline;
  Institut Pasteur; CNRS; INSERM; Inria; CEA; Ifremer; Onera; École Polytechnique; Sciences Po; Kedge; Neoma; Skema; Essec; HEC;
  Mazars; Fidal; Gide Loyrette Nouel; Bredin Prat; Lefebvre Dalloz; Gfk; BVA; Ifop; Kantar; Xerfi; Xavier Niel Investissements;
  Crozet Pneus; Ets Lhuillier; Boucherie Schmitt; Garage Przybylski; Menuiserie Szczepaniak; Cabinet Nguyen Huynh; Le Goff Frères;
  Transports Quéméneur; Boulangerie Kuntz; SARL Kowalczyk; Plomberie Vandenbroucke; Imprimerie Wojcik; Maison Pfister; Atelier Lwoff;
  Apple; Microsoft; Alphabet; Amazon; Meta; Tesla; Nvidia; Netflix; Adobe; Salesforce; Oracle; IBM; Intel; AMD; Qualcomm;
  Broadcom; Cisco; Dell; HP; Xerox; Kyndryl; VMware; Splunk; Twilio; Zscaler; Okta; CrowdStrike; Snowflake; Databricks; Stripe;
  Shopify; HubSpot; Zendesk; Atlassian; Asana; Airbnb; Booking; Expedia; Uber; Lyft; DoorDash; Spotify; Klarna; Ericsson; Nokia;
  Volvo; Scania; Electrolux; Ikea; H&M; Maersk; Novo Nordisk; Carlsberg; Vestas; Ørsted; Equinor; Telenor; Yara; Kongsberg;
  Siemens; Bosch; Volkswagen; BMW; Daimler; Porsche; Bayer; BASF; Henkel; Beiersdorf; Adidas; Puma; Allianz; Munich Re;
  Deutsche Bank; Commerzbank; Lufthansa; ThyssenKrupp; Infineon; SAP; Zalando; Delivery Hero; HelloFresh; Trumpf; Miele; Würth;
  Nestlé; Novartis; Roche; UBS; Swisscom; Swatch; Rolex; Syngenta; Holcim; Schindler; Lindt & Sprüngli; Zürcher Kantonalbank;
  Philips; Unilever; Heineken; ASML; ING; Rabobank; KPN; Ahold Delhaize; Adyen; Randstad; Wolters Kluwer; Umicore; UCB; KBC;
  Belfius; Proximus; Colruyt; Delhaize; Bekaert; Barco; HSBC; Barclays; Lloyds; NatWest; Tesco; Sainsbury; Marks & Spencer; BP;
  Shell; GSK; AstraZeneca; Diageo; Vodafone; BT; Rolls-Royce; BAE Systems; Rio Tinto; Glencore; PwC; KPMG; Deloitte; EY;
  Accenture; McKinsey; Bain; BCG; Santander; BBVA; Telefónica; Iberdrola; Inditex; Repsol; Ferrovial; Mercadona; Galp; Enel; Eni;
  Ferrari; Fiat; Stellantis; Pirelli; Barilla; Ferrero; Luxottica; Generali; UniCredit; Intesa Sanpaolo; Prada; Škoda; ČEZ;
  Orlen; Allegro; CD Projekt; Żabka; Gazprom; Yandex; Kaspersky; JetBrains; Prezi; MOL; OTP; Erste Group; Raiffeisen; Voestalpine;
  Toyota; Honda; Nissan; Mitsubishi; Hitachi; Fujitsu; Sony; Panasonic; Nikkei; Mizuho; SoftBank; Rakuten; Samsung; Hyundai;
  LG; SK Hynix; Naver; Kakao; Huawei; Xiaomi; Tencent; Alibaba; Baidu; ByteDance; ZTE; Lenovo; Haier; Foxconn; TSMC; Asus; Acer;
  Tata; Infosys; Wipro; Mahindra; Bajaj; Reliance; Zomato; Petrobras; Embraer; Itaú; Vale; Natura; Mercado Libre; Cemex; Bimbo;
  MTN; Safaricom; Dangote; Naspers; Sonatrach; OCP; Attijariwafa Bank; Maroc Telecom; Ooredoo; Etisalat; Emaar; Aramco; SABIC
`
  .split(';')
  .map((name) => name.trim().replace(/\s+/g, ' '))
