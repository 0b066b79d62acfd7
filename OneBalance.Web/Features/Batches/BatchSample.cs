using OneBalance.Core;

namespace OneBalance.Web.Features.Batches;

/// <summary>The file to download and fill in: one line inside Canada, one to the United States, one elsewhere.</summary>
internal static class BatchSample
{
    private const string English =
        """
        Name,Company,Address 1,Address 2,City,Province,Postal code,Country,Phone,Reference,Weight (kg),Length (cm),Width (cm),Height (cm),Signature,Coverage,Item description,Item quantity,Item value,HS code,Country of origin,Province of origin
        Retail Store,Royal Ontario Museum,100 Queens Park,,Toronto,ON,M5S 2C6,CA,416-586-8000,Order 1001,1.2,30,20,10,no,,,,,,,
        Store,Art Institute of Chicago,111 South Michigan Avenue,,Chicago,IL,60603,US,312-443-3600,Order 1002,0.8,25,20,8,no,,Cotton T-shirt,2,24.50,6109.10,CA,ON
        Accueil,Bibliothèque nationale de France,Quai François-Mauriac,,Paris,,75013,FR,+33 1 53 79 59 59,Order 1003,0.45,22,16,4,no,,Printed book,1,35.00,4901.99,CA,QC

        """;

    private const string French =
        """
        Nom;Entreprise;Adresse 1;Adresse 2;Ville;Province;Code postal;Pays;Téléphone;Référence;Poids (kg);Longueur (cm);Largeur (cm);Hauteur (cm);Signature;Couverture;Description de l'article;Quantité;Valeur unitaire;Code SH;Pays d'origine;Province d'origine
        Boutique et Librairie;Musée des beaux-arts de Montréal;1380 rue Sherbrooke Ouest;;Montréal;QC;H3G 1J5;CA;514-285-2000;Commande 1001;1,2;30;20;10;non;;;;;;;
        Store;Art Institute of Chicago;111 South Michigan Avenue;;Chicago;IL;60603;US;312-443-3600;Commande 1002;0,8;25;20;8;non;;T-shirt de coton;2;24,50;6109.10;CA;ON
        Accueil;Bibliothèque nationale de France;Quai François-Mauriac;;Paris;;75013;FR;+33 1 53 79 59 59;Commande 1003;0,45;22;16;4;non;;Livre imprimé;1;35,00;4901.99;CA;QC

        """;

    public static (string Name, string Text) In(Language language) => language == Language.French
        ? ("onebalance-lot-exemple.csv", French)
        : ("onebalance-batch-sample.csv", English);
}
