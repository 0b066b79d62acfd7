using OneBalance.Core;

namespace OneBalance.Web.Features.Batches;

/// <summary>The file to download and fill in: one line inside Canada, one to the United States with two kinds of goods, one elsewhere.</summary>
internal static class BatchSample
{
    private const string English =
        """
        Name,Company,Address 1,Address 2,City,Province,Postal code,Country,Phone,Reference,Weight (kg),Length (cm),Width (cm),Height (cm),Signature,Coverage,Proof of age,At the door,Post office number,Item 1 description,Item 1 quantity,Item 1 value,Item 1 weight (kg),Item 1 HS code,Item 1 country of origin,Item 1 province of origin,Item 2 description,Item 2 quantity,Item 2 value,Item 2 weight (kg),Item 2 HS code,Item 2 country of origin,Item 2 province of origin,Currency,Exchange rate
        Retail Store,Royal Ontario Museum,100 Queens Park,,Toronto,ON,M5S 2C6,CA,416-586-8000,Order 1001,1.2,30,20,10,no,,,do not safe drop,,,,,,,,,,,,,,,,,
        Store,Art Institute of Chicago,111 South Michigan Avenue,,Chicago,IL,60603,US,312-443-3600,Order 1002,0.8,25,20,8,no,,,,,Cotton T-shirt,2,24.50,0.2,6109.10,CA,ON,Printed book,1,35.00,0.3,4901.99,CA,ON,USD,0.73
        Accueil,Bibliothèque nationale de France,Quai François-Mauriac,,Paris,,75013,FR,+33 1 53 79 59 59,Order 1003,0.45,22,16,4,no,,,,,Printed book,1,35.00,,4901.99,CA,QC,,,,,,,,,

        """;

    private const string French =
        """
        Nom;Entreprise;Adresse 1;Adresse 2;Ville;Province;Code postal;Pays;Téléphone;Référence;Poids (kg);Longueur (cm);Largeur (cm);Hauteur (cm);Signature;Couverture;Preuve d'âge;À la porte;Numéro du bureau de poste;Article 1 description;Article 1 quantité;Article 1 valeur;Article 1 poids (kg);Article 1 code SH;Article 1 pays d'origine;Article 1 province d'origine;Article 2 description;Article 2 quantité;Article 2 valeur;Article 2 poids (kg);Article 2 code SH;Article 2 pays d'origine;Article 2 province d'origine;Devise;Taux de change
        Boutique et Librairie;Musée des beaux-arts de Montréal;1380 rue Sherbrooke Ouest;;Montréal;QC;H3G 1J5;CA;514-285-2000;Commande 1001;1,2;30;20;10;non;;;ne pas laisser sans surveillance;;;;;;;;;;;;;;;;;
        Store;Art Institute of Chicago;111 South Michigan Avenue;;Chicago;IL;60603;US;312-443-3600;Commande 1002;0,8;25;20;8;non;;;;;T-shirt de coton;2;24,50;0,2;6109.10;CA;ON;Livre imprimé;1;35,00;0,3;4901.99;CA;ON;USD;0,73
        Accueil;Bibliothèque nationale de France;Quai François-Mauriac;;Paris;;75013;FR;+33 1 53 79 59 59;Commande 1003;0,45;22;16;4;non;;;;;Livre imprimé;1;35,00;;4901.99;CA;QC;;;;;;;;;

        """;

    public static (string Name, string Text) In(Language language) => language == Language.French
        ? ("onebalance-lot-exemple.csv", French)
        : ("onebalance-batch-sample.csv", English);
}
