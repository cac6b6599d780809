Console.WriteLine("gpulm");
